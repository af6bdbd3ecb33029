// A passkey is used here and its answer put into the form, which says all the rest: the page knows no words of its own.
// Where the browser has no passkeys the form stays hidden, and the passphrase is what there is.
import { all, one } from "../lib/dom";

/** WebAuthn's options as JSON; what is bytes in them is base64url. */
interface Described {
  type: "public-key";
  id: string;
}
interface Asked {
  publicKey: {
    challenge: string;
    rpId?: string;
    rp?: PublicKeyCredentialRpEntity;
    user?: { id: string; name: string; displayName: string };
    pubKeyCredParams?: PublicKeyCredentialParameters[];
    excludeCredentials?: Described[];
    allowCredentials?: Described[];
    authenticatorSelection?: AuthenticatorSelectionCriteria;
    extensions: { prf: { eval?: { first: string }; evalByCredential?: Record<string, { first: string }> } };
  };
}
type Outputs = AuthenticationExtensionsClientOutputs & {
  prf?: { enabled?: boolean; results?: { first?: BufferSource } };
};

export function startPasskeys(root: ParentNode = document): void {
  if (!window.isSecureContext || window.PublicKeyCredential === undefined) return;
  all<HTMLFormElement>("form[data-passkey]", root).forEach(startPasskey);
}

function startPasskey(form: HTMLFormElement): void {
  if (!form.hidden) return; // started already
  let busy = false;
  let ready = false;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (ready) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    void answer(form).then(() => {
      ready = true;
      form.requestSubmit(one<HTMLButtonElement>("button:not([type])", form));
      // What was sent stays neither in the page nor in what the browser keeps of it for going back.
      write(form, { made: "", shown: "", output: "" });
      ready = busy = false;
    });
  });
}

/** Ask the server, then the passkey. Whatever fails leaves the fields empty, and the server says what to do. */
async function answer(form: HTMLFormElement): Promise<void> {
  try {
    const told = await fetch(form.dataset["ask"] ?? "", {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
    });
    if (!told.ok) return;
    const asked = (await told.json()) as Asked;
    await (form.dataset["passkey"] === "add" ? add(form, asked) : show(form, asked));
  } catch {
    // No line, nobody at the passkey, none that fits: the same sentence for all.
  }
}

/** Make a passkey, and use it at once: only so is it known what it answers. */
async function add(form: HTMLFormElement, asked: Asked): Promise<void> {
  const { publicKey: given } = asked;
  if (given.rp === undefined || given.user === undefined) return;
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: bytes(given.challenge),
    rp: given.rp,
    user: { ...given.user, id: bytes(given.user.id) },
    pubKeyCredParams: given.pubKeyCredParams ?? [],
    excludeCredentials: (given.excludeCredentials ?? []).map(described),
    extensions: prf(asked),
    ...(given.authenticatorSelection && { authenticatorSelection: given.authenticatorSelection }),
  };
  const made = await navigator.credentials.create({ publicKey });
  if (!(made instanceof PublicKeyCredential)) return;
  const told = made.response as AuthenticatorAttestationResponse;
  write(form, { made: json(made, { attestationObject: text(told.attestationObject) }) });
  // One that has no secret bytes to answer with is refused by the server, in words.
  if ((made.getClientExtensionResults() as Outputs).prf?.enabled !== true) return;
  const allowCredentials: Described[] = [{ type: "public-key", id: text(made.rawId) }];
  const rpId = given.rp.id;
  await show(form, { publicKey: { ...given, ...(rpId !== undefined && { rpId }), allowCredentials } });
}

async function show(form: HTMLFormElement, asked: Asked): Promise<void> {
  const { publicKey: given } = asked;
  const shown = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(given.challenge),
      allowCredentials: (given.allowCredentials ?? []).map(described),
      userVerification: "required",
      extensions: prf(asked),
      ...(given.rpId !== undefined && { rpId: given.rpId }),
    },
  });
  if (!(shown instanceof PublicKeyCredential)) return;
  const told = shown.response as AuthenticatorAssertionResponse;
  const first = (shown.getClientExtensionResults() as Outputs).prf?.results?.first;
  write(form, {
    shown: json(shown, { authenticatorData: text(told.authenticatorData), signature: text(told.signature) }),
    output: first === undefined ? "" : text(first),
  });
}

function prf(asked: Asked): AuthenticationExtensionsClientInputs {
  const given = asked.publicKey.extensions.prf;
  const inputs: Record<string, unknown> = {};
  if (given.eval !== undefined) inputs["eval"] = { first: bytes(given.eval.first) };
  if (given.evalByCredential !== undefined) {
    const each = Object.entries(given.evalByCredential);
    inputs["evalByCredential"] = Object.fromEntries(each.map(([id, { first }]) => [id, { first: bytes(first) }]));
  }
  return { prf: inputs } as AuthenticationExtensionsClientInputs;
}

function json(one: PublicKeyCredential, response: Record<string, string>): string {
  const id = text(one.rawId);
  return JSON.stringify({
    id,
    rawId: id,
    type: "public-key",
    response: { clientDataJSON: text(one.response.clientDataJSON), ...response },
  });
}

function described({ id }: Described): PublicKeyCredentialDescriptor {
  return { type: "public-key", id: bytes(id) };
}

function write(form: HTMLFormElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
}

function bytes(encoded: string): Uint8Array<ArrayBuffer> {
  const plain = atob(encoded.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(data: BufferSource): string {
  const view = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return btoa(String.fromCharCode(...view)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
