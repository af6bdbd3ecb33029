import { startBack } from "./lib/back";
import { startBusy } from "./lib/busy";
import { startFolds, startPage, startUnfold } from "./lib/page";
import { startPlaces } from "./lib/places";
import { startProof } from "./lib/proof";

// Every public page works without this script. It only prevents sending twice, also after coming back, puts the focus on
// what is missing, narrows the villages to the town, folds what narrows a list on a phone and takes the proof out of a
// scanned address.
startBack();
startBusy();
startPage();
startFolds();
startUnfold();
startPlaces();
startProof();
