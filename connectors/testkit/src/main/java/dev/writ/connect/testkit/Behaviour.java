package dev.writ.connect.testkit;

/** What a service does with a request that has reached it. */
public enum Behaviour {
    /** Does it and says so. */
    ACCEPT,
    /** Does not do it and says so. */
    REFUSE,
    /** Does it and answers with the credential, in every place and encoding that the technology offers. */
    ACCEPT_AND_ECHO,
    /** Does not do it and answers with the credential likewise. */
    REFUSE_AND_ECHO,
    /** Keeps the connection open and is silent until the bench is closed. */
    STAY_SILENT,
    /** Breaks the connection without an answer. */
    BREAK_OFF
}
