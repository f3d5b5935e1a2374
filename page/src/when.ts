/** Times as a reader in this zone and language would write them. */

const DAY_MS = 86_400_000;

export function atOf(ts: string): Date {
  return new Date(Number(ts.split(".")[0]) * 1000);
}

export function clock(at: Date): string {
  return at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

export function exact(at: Date): string {
  return at.toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
}

export function day(at: Date, now = new Date()): string {
  return pretty(at, now) ?? at.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric", ...yearUnlessThis(at, now) });
}

export function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

function pretty(at: Date, now: Date): string | null {
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  return days === 0 ? "Today" : days === 1 ? "Yesterday" : days === -1 ? "Tomorrow" : null;
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

function yearUnlessThis(at: Date, now: Date): { year?: "numeric" } {
  return at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
}

export function ago(at: Date, now = new Date()): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat([], { numeric: "auto" });
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["minute", 60]] as const) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(seconds, "second");
}

/** Slack's `<!date^…>` tokens; what it does not know is left as it stands. https://docs.slack.dev/messaging/formatting-message-text */
export function dated(format: string, at: Date, now = new Date()): string {
  const tokens: Record<string, () => string> = {
    date_num: () => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    date_slash: () => at.toLocaleDateString([], { year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => at.toLocaleDateString([], { year: "numeric", month: "long", day: "numeric" }),
    date_short: () => at.toLocaleDateString([], { year: "numeric", month: "short", day: "numeric" }),
    date_long: () => at.toLocaleDateString([], { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
    date_pretty: () => inSentence(format, "date_pretty", pretty(at, now)) ?? tokens.date!(),
    date_short_pretty: () => inSentence(format, "date_short_pretty", pretty(at, now)) ?? tokens.date_short!(),
    date_long_pretty: () => inSentence(format, "date_long_pretty", pretty(at, now)) ?? tokens.date_long!(),
    day_divider_pretty: () => day(at, now),
    time: () => clock(at),
    time_secs: () => at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(at, now),
  };
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => tokens[token]?.() ?? whole);
}

function inSentence(format: string, token: string, word: string | null): string | null {
  return word && (format.startsWith(`{${token}}`) ? word : word.toLowerCase());
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
