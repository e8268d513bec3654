"""The languages of reports: a catalogue of sentences and labels for each, and the writer that fills them."""
