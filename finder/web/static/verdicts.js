// "This helped", "Not the right person": says so to the finder and thanks in place. Without this file the buttons post a form.

export function hearVerdicts() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id !== "verdict" || !event.submitter) return;
    event.preventDefault();
    const { name, value } = event.submitter;
    const said = new FormData(form);
    said.set(name, value);
    const buttons = event.submitter.closest(".verdicts");
    for (const button of buttons.children) button.disabled = true;
    thank(buttons, (await kept(form.action, said)) ? form.dataset.thanks : form.dataset.failed);
  });
}

async function kept(address, said) {
  try {
    return (await fetch(address, { method: "POST", body: said, headers: { Accept: "application/json" } })).ok;
  } catch {
    return false; // said to the reader in place
  }
}

function thank(buttons, words) {
  const note = document.createElement("p");
  note.tabIndex = -1;
  note.textContent = words;
  buttons.replaceChildren(note);
  note.focus(); // the button that had the focus is gone, and what is focused is read out
}
