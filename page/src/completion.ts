/**
 * What could come next in a composer or an editor, from what stands before the caret. Pure.
 *
 * People are completed by their handle: the server makes entities of handles, as Slack does of what is typed.
 */

import { nameOf, type Workspace } from "./workspace";

export interface Hint {
  id: string;
  /** What takes the place of `text.slice(from, caret)`. */
  insert: string;
  label: string;
  help?: string;
  kind: "command" | "word" | "user" | "channel" | "table";
  userId?: string;
}

export interface Hints {
  from: number;
  hints: Hint[];
  /** Enter takes the first hint at once (a half-typed name), or only after an arrow key (a command that may be finished). */
  eager: boolean;
  title: string;
}

const MOST = 12;

export function hintsFor(text: string, caret: number, workspace: Workspace, thread: boolean): Hints | null {
  const before = text.slice(0, caret);
  return slashHints(before, workspace, thread) ?? nameHints(before, workspace);
}

function slashHints(before: string, workspace: Workspace, thread: boolean): Hints | null {
  if (!before.startsWith("/") || before.includes("\n") || thread) return null;
  const space = before.indexOf(" ");
  if (space < 0) {
    const hints = workspace.commands
      .filter((command) => command.command.startsWith(before))
      .map((command): Hint => ({ id: command.command, insert: `${command.command} `, label: `${command.command} ${command.usage_hint ?? ""}`.trim(), help: command.description, kind: "command" }));
    return hints.length ? { from: 0, hints, eager: true, title: "Commands" } : null;
  }
  const command = workspace.commands.find((known) => known.command === before.slice(0, space));
  const typed = before.slice(space + 1).trimStart().toLowerCase();
  const known = command?.hints ?? [];
  const hints = known
    .filter((hint) => fixed(hint.text).toLowerCase().startsWith(typed) || (typed.length > 0 && typed.startsWith(fixed(hint.text).toLowerCase().trimEnd() + " ")))
    .filter((hint) => fixed(hint.text) !== "" || typed === "")
    .map((hint): Hint => ({ id: hint.text, insert: `${command!.command} ${fixed(hint.text)}`, label: `${command!.command} ${hint.text}`, help: hint.help, kind: "word" }));
  return hints.length ? { from: 0, hints, eager: false, title: command!.description || command!.command } : null;
}

/** "who reads <table>" → "who reads ": the part of a usage that is typed as it stands. */
export function fixed(usage: string): string {
  const open = usage.search(/[<[({…]|\.\.\./);
  return open < 0 ? usage : usage.slice(0, open);
}

function nameHints(before: string, workspace: Workspace): Hints | null {
  const at = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
  if (!at) return null;
  const typed = at[2]!.toLowerCase();
  const from = before.length - typed.length - 1;
  if (at[1] === "#") {
    const hints = workspace.channels
      .filter((channel) => channel.kind === "channel" && channel.name.toLowerCase().includes(typed))
      .map((channel): Hint => ({ id: channel.id, insert: `#${channel.name} `, label: channel.name, help: channel.topic, kind: "channel" }));
    return hints.length ? { from, hints: hints.slice(0, MOST), eager: true, title: "Channels" } : null;
  }
  const hints = [...workspace.users.values()]
    .filter((user) => `${user.name} ${nameOf(user)}`.toLowerCase().split(/\s+/).some((word) => word.startsWith(typed)))
    .map((user): Hint => ({ id: user.id, insert: `@${user.name} `, label: nameOf(user), help: [user.name, user.title].filter(Boolean).join(" · "), kind: "user", userId: user.id }));
  return hints.length ? { from, hints: hints.slice(0, MOST), eager: true, title: "People" } : null;
}

/** Names of tables that go on from the word before the caret; the part after a dot is found as well. */
export function tableHints(text: string, caret: number, tables: string[]): Hints | null {
  const word = /[A-Za-z_][\w.$"]*$/.exec(text.slice(0, caret))?.[0] ?? "";
  if (word.length < 2) return null;
  const typed = word.toLowerCase();
  const ranked = tables
    .map((table) => ({ table, rank: rankOf(table.toLowerCase(), typed) }))
    .filter(({ rank, table }) => rank < 9 && table.toLowerCase() !== typed)
    .sort((a, b) => a.rank - b.rank || a.table.localeCompare(b.table));
  if (!ranked.length) return null;
  const hints = ranked.slice(0, 8).map(({ table }): Hint => ({ id: table, insert: table, label: table, kind: "table" }));
  return { from: caret - word.length, hints, eager: true, title: "Tables" };
}

function rankOf(table: string, typed: string): number {
  if (table.startsWith(typed)) return 0;
  if (table.split(".").some((part) => part.startsWith(typed))) return 1;
  return typed.length >= 4 && table.includes(typed) ? 2 : 9;
}
