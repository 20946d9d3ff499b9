// Local times go on while a page stays open, with the day of the week where it is another than the reader's.

export function setClocks(root) {
  for (const clock of root.querySelectorAll("time.clock")) {
    const offset = clock.dateTime.slice(16); // +05:30
    const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
    // A date whose UTC is the time there. Summer time that begins while the page is open shows on the next page.
    const there = new Date(Date.now() + (offset.startsWith("-") ? -minutes : minutes) * 60_000);
    const time = there.toISOString();
    const day = there.getUTCDay() === new Date().getDay() ? "" : `${weekday(there)} `;
    clock.dateTime = time.slice(0, 16) + offset;
    clock.textContent = day + time.slice(11, 16);
  }
}

function weekday(date) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" }).format(date);
}
