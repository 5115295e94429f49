// The theme is Airflow's: a class on its own document, which holds this page in a frame.
const outer = () => { try { return window.parent === window ? null : window.parent.document } catch { return null } };
const paint = () => {
  const airflow = outer();
  const stored = localStorage.getItem("theme");
  const dark = airflow ? airflow.documentElement.classList.contains("dark")
    : stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
};
paint();
if (outer()) {
  new MutationObserver(paint).observe(outer().documentElement, { attributes: true, attributeFilter: ["class"] });
}
// The frame may open nothing by itself, so Airflow's document follows the link.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-in], a[data-out]");
  if (!link) return;
  const owner = outer() || document;
  const followed = owner.createElement("a");
  const inside = "in" in link.dataset;
  followed.href = inside ? new URL(link.getAttribute("href"), owner.baseURI).href : link.href;
  if (!inside || event.ctrlKey || event.metaKey) { followed.target = "_blank"; followed.rel = "noopener"; }
  event.preventDefault();
  followed.click();
});
