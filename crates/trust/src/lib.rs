//! Who may do what: users, roles, sessions, tokens, signatures, the audit chain.
