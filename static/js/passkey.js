// Asks the browser for a passkey, new or known, and sends its answer with the form it was found in.
// <form data-passkey="create" data-options="{…}">: what WebAuthn is asked, as JSON of the server.
"use strict";

const form = document.querySelector("form[data-passkey]");

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

const base64 = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function made(asked) {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: known(asked.excludeCredentials),
  };
  const found = await navigator.credentials.create({ publicKey });
  return {
    id: found.id,
    rawId: base64(found.rawId),
    type: found.type,
    response: {
      attestationObject: base64(found.response.attestationObject),
      clientDataJSON: base64(found.response.clientDataJSON),
      transports: found.response.getTransports ? found.response.getTransports() : [],
    },
    extensions: JSON.stringify(found.getClientExtensionResults()),
  };
}

async function used(asked) {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: known(asked.allowCredentials),
  };
  const found = await navigator.credentials.get({ publicKey });
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  return {
    id: found.id,
    rawId: base64(found.rawId),
    type: found.type,
    response: {
      authenticatorData: base64(authenticatorData),
      clientDataJSON: base64(clientDataJSON),
      signature: base64(signature),
      userHandle: userHandle ? base64(userHandle) : null,
    },
    extensions: "{}",
  };
}

async function ask() {
  const wrong = form.querySelector("[data-wrong]");
  wrong.hidden = true;
  try {
    const asked = JSON.parse(form.dataset.options);
    const told = form.dataset.passkey === "create" ? await made(asked) : await used(asked);
    form.elements.credential.value = JSON.stringify(told);
    form.submit();
  } catch {
    wrong.hidden = false;
  }
}

if (form && window.PublicKeyCredential) {
  const button = form.querySelector("[data-ask]");
  button.hidden = false;
  button.addEventListener("click", ask);
  ask();
}
