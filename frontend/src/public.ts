import { startBusy } from "./lib/busy";
import { startPage } from "./lib/page";

// Every public page works without this script. It only prevents sending twice and puts the focus on what is missing.
startBusy();
startPage();
