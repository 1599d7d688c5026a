"use strict";

// Forms with data-sign: before they approve, the visitor's passkey signs what the gateway says is to be signed, and the signature is sent
// along. What was signed is sent as it came, character for character.
function cleared(form) {
  form.elements.statement.value = "";
  form.elements.assertion.value = "";
}

async function signed(form) {
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) {
    throw new Error("This browser cannot sign with a passkey here: that takes a newer one, and HTTPS.");
  }
  const answer = await fetch(form.dataset.sign);
  if (!answer.ok) {
    throw new Error(await answer.text());
  }
  const challenge = await answer.json();
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(challenge.publicKey);
  const credential = await navigator.credentials.get({ publicKey });
  form.elements.statement.value = challenge.statement;
  form.elements.assertion.value = JSON.stringify(credential.toJSON());
}

for (const form of document.querySelectorAll("form[data-sign]")) {
  const told = form.querySelector("[data-told]");
  window.addEventListener("pageshow", () => cleared(form));
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button === null || button.value !== "approve" || form.elements.assertion.value !== "") {
      return;
    }
    event.preventDefault();
    told.hidden = true;
    try {
      await signed(form);
      form.requestSubmit(button);
    } catch (problem) {
      cleared(form);
      told.textContent = problem.name === "NotAllowedError" ? "Nothing was signed. Nothing was recorded." : problem.message;
      told.hidden = false;
    }
  });
}
