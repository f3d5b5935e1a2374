"""The questions: which thing is meant, what is up- or downstream, who is hurt, who uses it. No SQL, Slack or clock."""
