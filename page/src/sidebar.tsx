/** The left column: the workspace, its channels and conversations, and who you are. */

import { useRef, useState } from "react";
import { Avatar } from "./avatar";
import { Check, Chevron, Hash, Lock } from "./icons";
import { Popup } from "./popup";
import type { Channel, User } from "./protocol";
import { nameOf, titleOf, type Workspace } from "./workspace";

interface Props {
  workspace: Workspace;
  current: string | null;
  onGo: (channel: string) => void;
  onBecome: (user: string) => void;
}

export function Sidebar({ workspace, current, onGo, onBecome }: Props) {
  const channels = workspace.channels.filter((channel) => channel.kind === "channel").sort((a, b) => a.name.localeCompare(b.name));
  const direct = workspace.channels.filter((channel) => channel.kind === "dm");
  return (
    <nav className="sidebar" aria-label="Channels and direct messages">
      <div className="sidebar-head">
        <h1>{workspace.team}</h1>
        <span className="sidebar-tag">playground</span>
      </div>
      <div className="sidebar-scroll">
        <Group title="Channels" channels={channels} workspace={workspace} current={current} onGo={onGo} />
        <Group title="Direct messages" channels={direct} workspace={workspace} current={current} onGo={onGo} />
      </div>
      <Switcher workspace={workspace} onBecome={onBecome} />
    </nav>
  );
}

interface GroupProps {
  title: string;
  channels: Channel[];
  workspace: Workspace;
  current: string | null;
  onGo: (channel: string) => void;
}

function Group({ title, channels, workspace, current, onGo }: GroupProps) {
  return (
    <section className="sidebar-group">
      <h2>{title}</h2>
      {channels.length === 0 && <p className="sidebar-none">None yet</p>}
      <ul>
        {channels.map((channel) => {
          const unread = workspace.unread[channel.id] ?? 0;
          const user = channel.kind === "dm" ? workspace.users.get(channel.user ?? "") : undefined;
          return (
            <li key={channel.id}>
              <button
                type="button"
                className={`sidebar-item ${unread ? "is-unread" : ""}`}
                aria-current={channel.id === current ? "page" : undefined}
                data-testid={`channel-${user ? user.name : channel.name}`}
                data-channel={channel.id}
                onClick={() => onGo(channel.id)}
              >
                {user ? <Avatar user={user} size={20} /> : channel.is_private ? <Lock size={16} /> : <Hash size={16} />}
                <span className="sidebar-name">{titleOf(channel, workspace)}</span>
                {user?.is_bot && <span className="badge-app">APP</span>}
                {channel.is_shared && <span className="sidebar-shared" title="Shared with another company">shared</span>}
                {unread > 0 && <span className="sidebar-count" aria-label={`${unread} unread`}>{unread}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Switcher({ workspace, onBecome }: { workspace: Workspace; onBecome: (user: string) => void }) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const me = workspace.users.get(workspace.me);
  const people = [...workspace.users.values()].filter((user) => !user.is_bot);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <div className="switcher">
      <button ref={opener} type="button" className="switcher-button" data-testid="person-switcher" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen((was) => !was)}>
        {me && <Avatar user={me} size={32} />}
        <span className="switcher-words">
          <small>You are</small>
          <b>{nameOf(me) || workspace.me}</b>
        </span>
        <Chevron size={16} />
      </button>
      {open && (
        <Popup anchor={opener} onClose={() => setOpen(false)} width={280}>
          <People people={people} me={workspace.me} onClose={close} onBecome={(user) => { close(); onBecome(user); }} />
        </Popup>
      )}
    </div>
  );
}

function People({ people, me, onBecome, onClose }: { people: User[]; me: string; onBecome: (user: string) => void; onClose: () => void }) {
  return (
    <div
      role="menu"
      aria-label="Be someone else"
      className="menu"
      ref={(menu) => {
        if (menu && !menu.contains(document.activeElement)) menu.querySelector<HTMLElement>("[aria-checked=true]")?.focus();
      }}
      onKeyDown={(event) => {
        const items = [...event.currentTarget.querySelectorAll("button")];
        const at = items.indexOf(document.activeElement as HTMLButtonElement);
        if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
        else if (event.key === "ArrowUp") items[(at + items.length - 1) % items.length]?.focus();
        else if (event.key === "Escape") onClose();
        else return;
        event.preventDefault();
      }}
    >
      <div className="menu-title">See the workspace as</div>
      {people.map((user) => (
        <button key={user.id} type="button" role="menuitemradio" aria-checked={user.id === me} className="menu-item menu-person" data-user={user.id} onClick={() => onBecome(user.id)}>
          <Avatar user={user} size={28} />
          <span>
            <b>{nameOf(user)}</b>
            <small>{[user.title, user.is_guest ? "guest" : "", user.is_stranger ? "another company" : ""].filter(Boolean).join(" · ")}</small>
          </span>
          {user.id === me && <Check size={16} />}
        </button>
      ))}
    </div>
  );
}
