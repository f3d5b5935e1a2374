"""What only a terminal needs: the demo, doctor, replay, and meaning drawn for a person. Part of the wiring."""
