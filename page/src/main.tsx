/** Mount the page, with a way out where a mistake of ours breaks it. */

import { Component, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Page } from "./page";
import "./page.css";

class LastResort extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div className="waiting" role="alert">
        <p>The page broke: {this.state.error.message}. Nothing is lost.</p>
        <button type="button" className="button button-primary" onClick={() => location.reload()}>Reload</button>
      </div>
    );
  }
}

createRoot(document.getElementById("page")!).render(
  <LastResort>
    <Page />
  </LastResort>,
);
