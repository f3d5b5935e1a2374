/** For who comes for the first time: three things to do, each one click. */

import { useState } from "react";
import { Close } from "./icons";

const KEY = "lineagebot.first-steps.done";

interface Props {
  table: string | null;
  onAsk: () => void;
  onCheck: () => void;
  onBreak: () => void;
}

export function FirstSteps({ table, onAsk, onCheck, onBreak }: Props) {
  const [gone, setGone] = useState(() => localStorage.getItem(KEY) === "yes");
  if (gone) return null;
  const name = table ?? "a table";
  return (
    <aside className="steps" aria-label="First steps" data-testid="first-steps">
      <ol>
        <li><button type="button" onClick={onAsk}><b>1</b>{" "}<span><strong>Ask</strong>{" "}<small>where {name} comes from</small></span></button></li>
        <li><button type="button" onClick={onCheck}><b>2</b>{" "}<span><strong>Check</strong>{" "}<small>a DROP first</small></span></button></li>
        <li><button type="button" onClick={onBreak}><b>3</b>{" "}<span><strong>Break something</strong>{" "}<small>and watch</small></span></button></li>
      </ol>
      <button
        type="button"
        className="icon-button"
        aria-label="Hide the first steps"
        onClick={() => {
          localStorage.setItem(KEY, "yes");
          setGone(true);
        }}
      >
        <Close size={16} />
      </button>
    </aside>
  );
}
