"""The product without a Slack workspace: a strict fake Slack, its page, the demo company and its SQL console.

Imports nothing of ours: it speaks Slack's protocol, and SQL from outside.
"""
