"use strict";

// Forms with data-passkey ask the browser's authenticator before they are sent: "create" for a new passkey, "get" for a signature of one
// that there is already. What it is asked comes from data-options; what it answers goes into the form's fields.
const said = document.querySelector("[data-passkey-said]");

function say(text) {
  const line = document.createElement("p");
  line.textContent = text;
  said.replaceChildren(line);
  said.hidden = false;
}

async function asked(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) {
    throw new Error("Writ did not say what to ask. Load the page again; it may be confirmed or revoked already.");
  }
  return answer.json();
}

async function answered(form) {
  const options = await asked(form);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
    return { credential: await navigator.credentials.create({ publicKey }) };
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
  return { credential: await navigator.credentials.get({ publicKey }), statement: options.statement };
}

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
      say("This browser cannot make passkeys here: it is too old, or the page is neither of HTTPS nor of this machine.");
      return;
    }
    try {
      Object.entries(await answered(form)).forEach(([name, value]) => {
        form.elements[name].value = JSON.stringify(value);
      });
      form.submit();
    } catch (failure) {
      say("Nothing was recorded. " + failure.message);
    }
  });
});
