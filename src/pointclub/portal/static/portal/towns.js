// Fills in prefecture and town where the postal code stands for one, without leaving the page. In every other case, and
// when anything goes wrong, the button does what it does without this script: it sends the form.
const button = document.querySelector("button[value=find_town]");

async function findTown(code) {
  const answer = await fetch(button.dataset.towns.replace("0000000", code));
  const { towns, said } = await answer.json();
  if (towns.length !== 1) throw new Error("not one town");
  document.getElementById("id_prefecture").value = towns[0].prefecture;
  document.getElementById("id_town").value = towns[0].town;
  document.getElementById("town-found").textContent = said;
}

button?.addEventListener("click", (event) => {
  const digits = document.getElementById("id_postal_code").value.normalize("NFKC").replace(/[^0-9]/g, "");
  if (button.dataset.sends || digits.length !== 7) return;
  event.preventDefault();
  findTown(digits).catch(() => {
    button.dataset.sends = "now";
    button.form.requestSubmit(button);
  });
});
