// Only the villages of the chosen town; without script all of them stand under the names of their towns.
import { all, one } from "./dom";

export function startPlaces(): void {
  const town = one<HTMLSelectElement>(".hy-places [name=town]");
  const village = one<HTMLSelectElement>(".hy-places [name=village]");
  if (town === null || village === null) return;
  const groups = all<HTMLOptGroupElement>("optgroup", village);
  const narrow = (): void => {
    const code = town.value.slice(0, 9);
    const kept = village.value;
    all("optgroup", village).forEach((group) => group.remove());
    const fitting = groups.filter((group) => code === "" || one<HTMLOptionElement>("option", group)?.value.startsWith(code));
    village.append(...fitting);
    village.value = all<HTMLOptionElement>("option", village).some((option) => option.value === kept) ? kept : "";
  };
  const climb = (): void => {
    const above = all<HTMLOptionElement>("option", town).find((option) => option.value !== "" && village.value.startsWith(option.value.slice(0, 9)));
    if (town.value === "" && village.value !== "" && above !== undefined) town.value = above.value;
  };
  town.addEventListener("change", narrow);
  village.addEventListener("change", climb);
  narrow();
}
