// Numbers, days and times as they are written where the reader is; without a script they stay as they are.
const numbers = {}, days = { timeZone: "UTC" };
const number = (places) => numbers[places] ??= new Intl.NumberFormat([], { minimumFractionDigits: places, maximumFractionDigits: places });
const written = {
  "number": (text) => number((text.split(".")[1] ?? "").length).format(text.replaceAll(",", "")),
  "day": (_, value) => new Intl.DateTimeFormat([], { ...days, dateStyle: "long" }).format(new Date(value)),
  "short-day": (_, value) => new Intl.DateTimeFormat([], { ...days, day: "numeric", month: "short" }).format(new Date(value)),
  "hour": (_, value) => new Intl.DateTimeFormat([], { ...days, hour: "numeric" }).format(new Date(Date.UTC(2000, 0, 1, value))),
  "instant": (_, value) => new Intl.DateTimeFormat([], { day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" }).format(new Date(value)),
};
for (const each of document.querySelectorAll("[data-as]")) each.textContent = written[each.dataset.as](each.textContent, each.dataset.value);
