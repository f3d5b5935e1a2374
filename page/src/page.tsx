/** The whole page: one workspace seen by one person, in up to four columns or, on a phone, one at a time. */

import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { Composer, type ComposerHandle } from "./composer";
import { Console, type Draft } from "./console";
import { FirstSteps } from "./first-steps";
import { HouseContext, type House } from "./house";
import { Back, Bubble, Close, Hash, Home, List, Lock, Terminal, Warning } from "./icons";
import { listen, type Connection } from "./live";
import { inChannel, Messages, ofThread } from "./messages";
import { Notices, withNotice, type Notice } from "./notices";
import { ask as askServer, type Answer, type Channel, type ServerEvent } from "./protocol";
import { Sidebar } from "./sidebar";
import { HomeView, Modal } from "./view";
import { appOf, authorOf, fold, isReply, nameOf, titleOf, type Event, type Workspace } from "./workspace";

type Pane = "list" | "chat" | "console";

const TOAST_MS = 7000;
/** Below it the console lies over the conversation, so it starts closed. As in page.css. */
const NARROW_PX = 1080;
const LOCKED = "This playground was started anew. Open the link that `lineagebot demo` printed.";
const CONSOLE_KEY = "lineagebot.console";

/** `#U1/C1`: who you are and where, so that a reload or a copied address comes back to the same place. */
function fromHash(): { me: string | null; channel: string | null } {
  const [me, channel] = location.hash.slice(1).split("/");
  return { me: me || null, channel: channel || null };
}

export function Page() {
  const [place, setPlace] = useState(fromHash);
  const watching = useRef<string | null>(null);
  const [workspace, tell] = useReducer((before: Workspace | null, event: Event) => fold(before, event, watching.current), null);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [thread, setThread] = useState<string | null>(null);
  const [pane, setPane] = useState<Pane>("chat");
  const [beside, setBeside] = useState(() => innerWidth > NARROW_PX && localStorage.getItem(CONSOLE_KEY) !== "closed");
  const [tab, setTab] = useState<"messages" | "home">("messages");
  const [toast, setToast] = useState<{ id: number; words: string } | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const composer = useRef<ComposerHandle>(null);

  const [notices, setNotices] = useState<Notice[]>([]);
  const latest = useRef(workspace);
  latest.current = workspace;

  const hear = useCallback((event: ServerEvent) => {
    tell(event);
    if (event.type !== "message" || event.channel === watching.current || isReply(event.message)) return;
    if (latest.current && authorOf(event.message, latest.current).is_bot) setNotices((before) => withNotice(before, event));
  }, []);
  const unnotice = useCallback((ts: string) => setNotices((before) => before.filter((notice) => notice.message.ts !== ts)), []);
  useEffect(() => listen(place.me, hear, setConnection), [place.me, hear]);
  useEffect(() => {
    const moved = () => setPlace(fromHash());
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);

  const me = workspace?.me ?? place.me;
  const current = workspace ? currentChannel(workspace, place.channel) : null;
  const visible = useVisible();
  watching.current = !visible || tab === "home" || pane === "list" ? null : (current?.id ?? null);
  useEffect(() => {
    if (me && current) history.replaceState(null, "", `#${me}/${current.id}`);
  }, [me, current?.id]);
  useEffect(() => {
    if (watching.current) tell({ type: "read", channel: watching.current });
  }, [current?.id, tab, pane, visible, workspace?.me, workspace?.unread]);
  useEffect(() => {
    if (!workspace) return;
    const unread = Object.values(workspace.unread).reduce((sum, one) => sum + one, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${current ? titleOf(current, workspace) : "playground"} · ${workspace.team}`;
  }, [workspace, current]);
  useEffect(() => {
    if (!toast) return;
    const timer = window.setTimeout(() => setToast(null), TOAST_MS);
    return () => window.clearTimeout(timer);
  }, [toast]);

  const go = useCallback((channel: string) => {
    setPlace((before) => ({ ...before, channel }));
    setThread(null);
    setTab("messages");
    setPane("chat");
  }, []);
  const showConsole = (open: boolean) => {
    setBeside(open);
    localStorage.setItem(CONSOLE_KEY, open ? "open" : "closed");
  };
  const become = (user: string) => {
    setNotices([]);
    setThread(null);
    setPlace((before) => ({ ...before, me: user }));
  };
  const ask = useCallback(<A extends Answer = Answer>(path: string, body: object) => askServer<A>(path, me ?? "", body), [me]);
  const complain = useCallback((words: string) => setToast({ id: Date.now(), words }), []);
  const toConsole = useCallback((sql: string) => {
    setThread(null);
    showConsole(true);
    setPane("console");
    setDraft({ id: Date.now(), sql });
  }, []);
  const openThread = useCallback((ts: string) => setThread(ts), []);
  const house = useMemo<House | null>(() => workspace && { workspace, ask, go, openThread, toConsole, complain }, [workspace, ask, go, openThread, toConsole, complain]);
  const dismiss = useCallback((ts: string) => current && tell({ type: "dismiss", channel: current.id, ts }), [current?.id]);

  if (!workspace || !house) return <Waiting connection={connection} />;

  const messages = current ? (workspace.messages[current.id] ?? []) : [];
  const bot = appOf(workspace);
  const botDm = workspace.channels.find((channel) => channel.kind === "dm" && channel.user === bot?.id);
  const steps = {
    table: tourTable(workspace),
    ask: () => {
      if (botDm) go(botDm.id);
      setPane("chat");
      window.setTimeout(() => composer.current?.fill(`${workspace.commands[0]?.command ?? "/lineage"} ${lastPart(tourTable(workspace)) ?? ""}`), 30);
    },
    check: () => {
      if (botDm) go(botDm.id);
      setPane("chat");
      window.setTimeout(() => composer.current?.fill(`DROP TABLE ${tourTable(workspace) ?? "orders"};`), 30);
    },
    break: () => {
      const example = workspace.examples.find((one) => /\b(drop|truncate|alter|delete|rename)\b/i.test(one.sql) && !/\brollback\b/i.test(one.sql));
      setThread(null);
      showConsole(true);
      setPane("console");
      setDraft({ id: Date.now(), login: example?.login, sql: example?.sql ?? `DROP TABLE ${tourTable(workspace) ?? "orders"};` });
    },
  };

  return (
    <HouseContext.Provider value={house}>
      <div className={`page show-${pane} ${thread ? "has-thread" : ""} ${beside ? "has-console" : ""}`}>
        <Sidebar workspace={workspace} current={current?.id ?? null} onGo={go} onBecome={become} />
        <main className="chat" aria-label={current ? titleOf(current, workspace) : "Conversation"}>
          {connection !== "open" && <div className="reconnecting" role="status">{connection === "locked" ? LOCKED : <><span className="spinner" /> Reconnecting…</>}</div>}
          {current ? (
            <>
              <ChatHead
                channel={current}
                workspace={workspace}
                tab={tab}
                onTab={(next) => {
                  setTab(next);
                  if (next === "home") void ask("home", { channel: current.id });
                }}
                consoleOpen={beside}
                onConsole={() => {
                  setThread(null);
                  showConsole(Boolean(thread) || !beside);
                }}
              />
              <FirstSteps table={lastPart(steps.table)} onAsk={steps.ask} onCheck={steps.check} onBreak={steps.break} />
              {tab === "home" ? (
                <div className="home-frame">{workspace.home ? <HomeView view={workspace.home} /> : <p className="home-none">This app has nothing on its Home tab yet.</p>}</div>
              ) : (
                <>
                  <Messages
                    workspace={workspace}
                    channel={current.id}
                    messages={inChannel(messages)}
                    statuses={workspace.statuses.filter((status) => status.channel === current.id && !(thread && status.thread === thread))}
                    empty={<Beginning channel={current} workspace={workspace} />}
                    onDismiss={dismiss}
                  />
                  <Composer ref={composer} channel={current.id} placeholder={`Message ${current.kind === "channel" ? "#" : ""}${titleOf(current, workspace)}`} testId="composer" autoFocus />
                </>
              )}
            </>
          ) : (
            <p className="home-none">There is no conversation here yet.</p>
          )}
        </main>
        {thread && current && (
          <aside className="side side-thread" data-testid="thread-pane" aria-label="Thread">
            <header className="side-head">
              <button type="button" className="icon-button only-phone" aria-label="Back to the conversation" onClick={() => setThread(null)}><Back /></button>
              <h2>Thread <small>{current.kind === "channel" ? "#" : ""}{titleOf(current, workspace)}</small></h2>
              <button type="button" className="icon-button not-phone" aria-label="Close thread" onClick={() => setThread(null)}><Close /></button>
            </header>
            <Messages
              workspace={workspace}
              channel={current.id}
              messages={ofThread(messages, thread)}
              statuses={workspace.statuses.filter((status) => status.channel === current.id && status.thread === thread)}
              inThread
              onDismiss={dismiss}
            />
            <Composer channel={current.id} thread={thread} placeholder="Reply…" testId="thread-composer" autoFocus />
          </aside>
        )}
        <aside className="side side-console" aria-label="SQL console">
          <header className="side-head">
            <h2><Terminal size={17} /> SQL console <small>the demo's warehouse</small></h2>
            <button type="button" className="icon-button not-phone" aria-label="Close the SQL console" onClick={() => showConsole(false)}><Close /></button>
          </header>
          <Console draft={draft} />
        </aside>
        <Tabs pane={pane} unread={Object.entries(workspace.unread).reduce((sum, [channel, one]) => sum + (channel === current?.id && pane === "chat" ? 0 : one), 0)} onPane={(next) => { setThread(null); setPane(next); }} />
        {workspace.modal && <Modal view={workspace.modal} />}
        <Notices notices={notices.filter((notice) => notice.channel !== watching.current)} onGone={unnotice} />
        {toast && (
          <div className="toast" role="alert" key={toast.id} data-testid="toast">
            <Warning size={16} /> <span>{toast.words}</span>
            <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => setToast(null)}><Close size={15} /></button>
          </div>
        )}
      </div>
    </HouseContext.Provider>
  );
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const turned = () => setVisible(!document.hidden);
    document.addEventListener("visibilitychange", turned);
    return () => document.removeEventListener("visibilitychange", turned);
  }, []);
  return visible;
}

interface HeadProps {
  channel: Channel;
  workspace: Workspace;
  tab: "messages" | "home";
  onTab: (tab: "messages" | "home") => void;
  consoleOpen: boolean;
  onConsole: () => void;
}

function ChatHead({ channel, workspace, tab, onTab, consoleOpen, onConsole }: HeadProps) {
  const user = workspace.users.get(channel.user ?? "");
  const people = channel.members?.length ?? [...workspace.users.values()].length;
  return (
    <header className="chat-head">
      <div className="chat-title">
        <h2>
          {channel.kind === "channel" && (channel.is_private ? <Lock size={17} /> : <Hash size={18} />)}
          {titleOf(channel, workspace)}
          {user?.is_bot && <span className="badge-app">APP</span>}
          {channel.is_shared && <span className="chat-shared" title="People of another company read here too">shared channel</span>}
        </h2>
        <p>{channel.topic || (user ? [user.title, user.is_bot ? "Ask it anything, or paste SQL" : ""].filter(Boolean).join(" · ") : "")}</p>
      </div>
      {user && user.id === appOf(workspace)?.id && (
        <div className="chat-tabs" role="tablist" aria-label={titleOf(channel, workspace)}>
          <button type="button" role="tab" aria-selected={tab === "home"} data-testid="tab-home" onClick={() => onTab("home")}><Home size={15} /> Home</button>
          <button type="button" role="tab" aria-selected={tab === "messages"} data-testid="tab-messages" onClick={() => onTab("messages")}><Bubble size={15} /> Messages</button>
        </div>
      )}
      {channel.kind === "channel" && <span className="chat-members" title={memberNames(channel, workspace)}>{people} members</span>}
      <button type="button" className="console-toggle not-phone" aria-pressed={consoleOpen} onClick={onConsole} title="SQL console"><Terminal size={17} /> <span>SQL</span></button>
    </header>
  );
}

function memberNames(channel: Channel, workspace: Workspace): string {
  const known = channel.members ?? [...workspace.users.keys()];
  return known.map((id) => nameOf(workspace.users.get(id)) || id).join(", ");
}

function Beginning({ channel, workspace }: { channel: Channel; workspace: Workspace }) {
  const user = workspace.users.get(channel.user ?? "");
  const name = titleOf(channel, workspace);
  if (channel.kind === "channel") {
    return (
      <div className="beginning">
        <h3>#{name}</h3>
        <p>This is the very beginning of <b>#{name}</b>. {channel.topic}</p>
      </div>
    );
  }
  return (
    <div className="beginning">
      <h3>{name}</h3>
      <p>{user?.is_bot ? <>This conversation is just between you and <b>{name}</b>. Type <code>/</code> for its commands, or paste SQL and ask what it would break.</> : <>This conversation is just between you and <b>{name}</b>.</>}</p>
    </div>
  );
}

function Tabs({ pane, unread, onPane }: { pane: Pane; unread: number; onPane: (pane: Pane) => void }) {
  const tab = (one: Pane, label: string, icon: React.ReactNode, count = 0) => (
    <button type="button" role="tab" aria-selected={pane === one} data-testid={`tab-${one}`} onClick={() => onPane(one)}>
      <span className="tab-icon">{icon}{count > 0 && <i className="tab-count">{count}</i>}</span>
      {label}
    </button>
  );
  return (
    <div className="tabs" role="tablist" aria-label="Panes">
      {tab("list", "Channels", <List size={20} />, unread)}
      {tab("chat", "Chat", <Bubble size={20} />)}
      {tab("console", "SQL", <Terminal size={20} />)}
    </div>
  );
}

function Waiting({ connection }: { connection: Connection }) {
  return (
    <div className="waiting" role="status">
      {connection !== "locked" && <span className="spinner" />}
      <p>{connection === "locked" ? LOCKED : connection === "lost" ? "The playground does not answer. Is `lineagebot demo` still running? Reconnecting…" : "Opening the playground…"}</p>
    </div>
  );
}

/** Where to land: the address, else the conversation with the bot, else the first channel. */
function currentChannel(workspace: Workspace, wanted: string | null): Channel | null {
  const app = appOf(workspace)?.id;
  return (
    workspace.channels.find((channel) => channel.id === wanted) ??
    workspace.channels.find((channel) => channel.kind === "dm" && channel.user === app) ??
    workspace.channels[0] ??
    null
  );
}

/** A table worth asking about: one of the examples', else one that sounds like money. */
function tourTable(workspace: Workspace): string | null {
  const sql = workspace.examples.map((example) => example.sql).join("\n");
  return workspace.tables.find((table) => sql.includes(table)) ?? workspace.tables.find((table) => /revenue|order/.test(table)) ?? workspace.tables[0] ?? null;
}

function lastPart(table: string | null): string | null {
  return table?.split(".").at(-1) ?? null;
}
