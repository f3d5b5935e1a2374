/** A block of code, to copy, or where it is SQL to try in the console. */

import { useState } from "react";
import { useHouse } from "./house";
import { Check, Copy, Terminal } from "./icons";

const SQL = /^\s*(--|with\b|select\b|create\b|alter\b|drop\b|truncate\b|insert\b|update\b|delete\b|merge\b|begin\b|grant\b|revoke\b|refresh\b)/i;

export function CodeBlock({ text }: { text: string }) {
  const { workspace, toConsole } = useHouse();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => {
      setCopied(true);
      window.setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <div className="code-frame">
      <pre className="code-block" tabIndex={0}>{text}</pre>
      <div className="code-tools">
        {workspace.people.length > 0 && SQL.test(text) && <button type="button" title="Put it into the SQL console" aria-label="Put it into the SQL console" onClick={() => toConsole(text)}><Terminal size={15} /></button>}
        <button type="button" title="Copy" aria-label={copied ? "Copied" : "Copy"} onClick={copy}>{copied ? <Check size={15} /> : <Copy size={15} />}</button>
      </div>
    </div>
  );
}
