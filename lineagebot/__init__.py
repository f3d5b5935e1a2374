"""lineagebot: lineage where people work. Ask what feeds a dashboard, check a DROP first, be told when one happens."""

__version__ = "0.1.0"
