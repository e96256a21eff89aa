// What a page does beyond HTML: warns before a session ends, before typed words are lost, and prints what is folded.
// Everything works without it.

const seen = "placements-seen";
const warning = document.getElementById("time-out");

function startTimeOut(dialog) {
  const idle = Number(dialog.dataset.idleSeconds) * 1000;
  const notice = Math.min(120000, idle / 2);
  const left = document.getElementById("time-out-left");
  const mark = () => { try { localStorage.setItem(seen, String(Date.now())); } catch { own = Date.now(); } };
  const last = () => { try { return Number(localStorage.getItem(seen)) || own; } catch { return own; } };
  let own = Date.now();
  mark();
  const look = () => {
    const rest = last() + idle - Date.now();
    if (rest <= 0) { location.assign("/signed-out?why=idle"); return; }
    if (rest > notice) { if (dialog.open) dialog.close(); return; }
    const minutes = Math.ceil(rest / 60000);
    const words = rest < 60000 ? "less than a minute" : `${minutes} minute${minutes === 1 ? "" : "s"}`;
    if (left.textContent !== words) left.textContent = words;
    if (!dialog.open) dialog.showModal();
  };
  const stay = async () => {
    const body = new URLSearchParams({ csrf: dialog.dataset.csrf });
    const answer = await fetch("/stay-signed-in", { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer && (answer.ok || answer.type === "opaqueredirect")) { mark(); dialog.close(); } else { location.reload(); }
  };
  document.getElementById("time-out-stay").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  setInterval(look, 1000);
}

function keepUnsaved(form) {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

function printFolded() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of opened) each.open = false; });
}

if (warning) startTimeOut(warning);
document.querySelectorAll("form[data-unsaved]").forEach(keepUnsaved);
printFolded();
// A browser may keep a whole page in memory and show it after somebody has signed out.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
