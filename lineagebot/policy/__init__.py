"""What should be said, to whom and how loud. Pure: stands on sql and graph, knows no clock and no store."""
