"use strict";

// Turns the text areas of the policy editor into editors with colours and completion. The text areas stay what is sent, and without
// this script they are what is typed in.
window.addEventListener("DOMContentLoaded", async () => {
  const areas = [...document.querySelectorAll("textarea[data-editor]")];
  if (areas.length === 0 || !window.ace) {
    return;
  }
  ace.config.set("useStrictCSP", true);
  const known = await fetch(areas[0].dataset.words).then((answer) => answer.json());
  const kinds = { words: "word", tools: "tool", arguments: "argument" };
  const completions = Object.entries(kinds).flatMap(([member, meta]) => known[member].map((value) => ({ value, caption: value, meta })));
  ace.require("ace/ext/language_tools").setCompleters([
    { getCompletions: (editor, session, position, prefix, callback) => callback(null, completions) },
  ]);
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  for (const area of areas) {
    const place = document.createElement("div");
    place.className = "editor";
    area.after(place);
    area.hidden = true;
    const name = area.dataset.editor;
    const editor = ace.edit(place, {
      // Before the mode, which would start one at once; the page's policy lets none run.
      useWorker: false,
      mode: name.endsWith(".drl") ? "ace/mode/drools" : name.endsWith(".yaml") ? "ace/mode/yaml" : "ace/mode/text",
      theme: dark ? "ace/theme/github_dark" : "ace/theme/github",
      value: area.value,
      enableBasicAutocompletion: true,
      enableLiveAutocompletion: true,
      enableKeyboardAccessibility: true,
      fontSize: 14,
      minLines: 4,
      maxLines: 40,
      showPrintMargin: false,
      tabSize: 4,
    });
    editor.textInput.getElement().setAttribute("aria-label", "Text of " + name);
    editor.session.on("change", () => {
      area.value = editor.getValue();
    });
  }
});
