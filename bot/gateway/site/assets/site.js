// Follows the glossary while somebody reads: its owner may be editing it.

const LOOK_EVERY = 15_000; // ms between two looks

/** Say what is wrong with a change of the glossary, or that nothing is. */
async function showProblem() {
  const response = await fetch("/health").catch(() => null);
  const { glossary } = (await response?.json().catch(() => null)) ?? {};
  if (!response?.ok || !glossary) {
    return;
  }
  const notice = document.getElementById("notice");
  const said = glossary.problem ? `${notice.dataset.problem} ${glossary.problem}` : "";
  if (notice.textContent.trim() !== said) {
    const line = document.createElement("p");
    line.textContent = said;
    notice.replaceChildren(...(said ? [line] : []));
  }
  notice.hidden = !said;
}

setInterval(() => document.hidden || showProblem(), LOOK_EVERY);
document.addEventListener("visibilitychange", () => document.hidden || showProblem());
