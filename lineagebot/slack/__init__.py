"""The only room that knows Slack: Bolt app, blocks, escaping, limits, poster."""
