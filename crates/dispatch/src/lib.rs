//! Sends what the bus lends: HTTP, AWS, mail, files.
