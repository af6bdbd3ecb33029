// The card's QR carries the proof behind "#", which no server and no log ever sees. Here it goes into the form instead.
import { one } from "./dom";

export function startProof(): void {
  const form = one<HTMLFormElement>("form[data-proof]");
  const field = form === null ? null : one<HTMLInputElement>("[name=proof]", form);
  const proof = window.location.hash.slice(1);
  if (form === null || field === null || !/^[0-9A-Za-z-]{16,20}$/.test(proof)) return;
  // Out of the address line at once: it must not stay in the history of a borrowed telephone.
  history.replaceState(null, "", window.location.pathname);
  field.disabled = false;
  field.value = proof;
  form.submit();
}
