"""Speech engines: one file for each library, over what all Whisper models share."""
