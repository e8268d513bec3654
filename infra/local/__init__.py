"""The app with nothing at all: a stand-in for the Functions host and embedded stores. Never deployed."""
