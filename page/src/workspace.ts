/** The workspace as the page knows it: a pure fold over what the server tells. */

import type { Channel, Command, Example, Message, Person, ServerEvent, Snapshot, User, View } from "./protocol";

export interface Status {
  channel: string;
  thread: string | null;
  text: string;
  user?: string;
}

export interface Workspace {
  team: string;
  me: string;
  users: Map<string, User>;
  channels: Channel[];
  messages: Record<string, Message[]>;
  commands: Command[];
  people: Person[];
  tables: string[];
  examples: Example[];
  modal: View | null;
  home: View | null;
  statuses: Status[];
  unread: Record<string, number>;
  /** Private messages that the reader sent away: the server keeps them, the page does not show them again. */
  dismissed: string[];
}

export type Event = ServerEvent | { type: "read"; channel: string } | { type: "dismiss"; channel: string; ts: string };

/** `watching` is the channel in front of the reader, which cannot become unread. */
export function fold(before: Workspace | null, event: Event, watching: string | null): Workspace | null {
  if (event.type === "state") return fromSnapshot(event, before);
  if (!before) return null;
  switch (event.type) {
    case "message":
      return withUnread(put(quiet(before, event.channel, event.message), event.channel, event.message), event.channel, event.message, watching);
    case "ephemeral":
      return withUnread(put(before, event.channel, { ...event.message, ephemeral: true }), event.channel, event.message, watching);
    case "message_changed":
      return put(before, event.channel, event.message);
    case "dismiss":
      return { ...without(before, event.channel, event.ts), dismissed: [...before.dismissed, event.ts] };
    case "message_deleted":
      return without(before, event.channel, event.ts);
    case "file":
      return event.channel && event.message ? put(before, event.channel, event.message) : before;
    case "view":
      return event.view?.type === "home" ? { ...before, home: event.view } : { ...before, modal: event.view };
    case "home":
      return { ...before, home: event.view };
    case "status": {
      const thread = event.thread_ts || null;
      const others = before.statuses.filter((status) => status.channel !== event.channel || status.thread !== thread);
      return { ...before, statuses: event.status ? [...others, { channel: event.channel, thread, text: event.status, user: event.user }] : others };
    }
    case "channel":
      return { ...before, channels: [...before.channels.filter((channel) => channel.id !== event.channel.id), event.channel] };
    case "read":
      return before.unread[event.channel] ? { ...before, unread: { ...before.unread, [event.channel]: 0 } } : before;
    default:
      return before;
  }
}

function fromSnapshot(event: Snapshot, before: Workspace | null): Workspace {
  const me = typeof event.me === "string" ? event.me : event.me.id;
  const same = before?.me === me ? before : null;
  const dismissed = same?.dismissed ?? [];
  const shown = (messages: Message[]) => messages.filter((message) => !dismissed.includes(message.ts)).sort(byTime);
  const messages = Object.fromEntries(Object.entries(event.messages).map(([channel, all]) => [channel, shown(all)]));
  return {
    team: typeof event.team === "string" ? event.team : (event.team.name ?? "Playground"),
    me,
    users: new Map(event.users.map((user) => [user.id, user])),
    channels: event.channels,
    messages,
    commands: event.commands ?? [],
    people: event.people ?? [],
    tables: event.tables ?? [],
    examples: event.examples ?? [],
    modal: event.view ?? null,
    home: event.home ?? same?.home ?? null,
    statuses: (event.statuses ?? []).filter((status) => status.status).map((status) => ({ channel: status.channel, thread: status.thread_ts || null, text: status.status, user: status.user })),
    unread: same ? unreadSince(same, messages) : {},
    dismissed,
  };
}

/** What came while the line was down counts as unread too. */
function unreadSince(before: Workspace, messages: Record<string, Message[]>): Record<string, number> {
  const unread = { ...before.unread };
  for (const [channel, all] of Object.entries(messages)) {
    const last = before.messages[channel]?.at(-1)?.ts ?? "";
    const missed = all.filter((message) => message.ts > last && message.user !== before.me && !isReply(message)).length;
    if (missed) unread[channel] = (unread[channel] ?? 0) + missed;
  }
  return unread;
}

function without(before: Workspace, channel: string, ts: string): Workspace {
  return { ...before, messages: { ...before.messages, [channel]: listed(before, channel).filter((message) => message.ts !== ts) } };
}

function put(before: Workspace, channel: string, message: Message): Workspace {
  const rest = listed(before, channel).filter((other) => other.ts !== message.ts);
  return { ...before, messages: { ...before.messages, [channel]: [...rest, message].sort(byTime) } };
}

/** A message of the bot ends its "is thinking" line; one outside of threads ends all of the conversation's. */
function quiet(before: Workspace, channel: string, message: Message): Workspace {
  if (!message.bot_id && !before.users.get(message.user ?? "")?.is_bot) return before;
  const thread = message.thread_ts ?? null;
  return { ...before, statuses: before.statuses.filter((status) => status.channel !== channel || (status.thread !== thread && status.thread !== null && thread !== null)) };
}

function withUnread(after: Workspace, channel: string, message: Message, watching: string | null): Workspace {
  if (channel === watching || message.user === after.me || isReply(message)) return after;
  return { ...after, unread: { ...after.unread, [channel]: (after.unread[channel] ?? 0) + 1 } };
}

function listed(workspace: Workspace, channel: string): Message[] {
  return workspace.messages[channel] ?? [];
}

/** Slack's ts is seconds and a counter; as text the two halves compare in order. */
export function byTime(a: Message, b: Message): number {
  return a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0;
}

export function isReply(message: Message): boolean {
  return Boolean(message.thread_ts && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast");
}

export function titleOf(channel: Channel, workspace: Workspace): string {
  return channel.kind === "dm" ? nameOf(workspace.users.get(channel.user ?? "")) || channel.name : channel.name;
}

export function nameOf(user: User | undefined): string {
  return user ? user.real_name || user.name : "";
}

/** The one app of the workspace. Slackbot is a bot too, but Slack's own. */
export function appOf(workspace: Workspace): User | undefined {
  return [...workspace.users.values()].find((user) => user.is_bot && user.id !== "USLACKBOT");
}

/** Who wrote it: a bot's message may carry only a bot_id and a name. */
export function authorOf(message: Message, workspace: Workspace): User {
  const known = workspace.users.get(message.user ?? "");
  if (known) return known;
  const bot = message.bot_id ? appOf(workspace) : undefined;
  if (bot) return message.username ? { ...bot, real_name: message.username } : bot;
  return { id: message.user ?? message.bot_id ?? "?", name: message.username ?? message.user ?? "unknown", is_bot: Boolean(message.bot_id) };
}
