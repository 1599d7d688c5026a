package dev.writ.gateway.call;

/** What came of it that a caller named a call that people had been asked about, to be decided on again. */
public sealed interface Use {

    /** It was decided again, for this caller; allowed or not. */
    record Made(CallState state) implements Use {}

    /** Nothing was decided. */
    record NotMade(Why why) implements Use {}

    /** Why nothing was decided. */
    enum Why {
        /** The caller has no such call. */
        UNKNOWN,
        /** The call asks for something else, or for somebody else. */
        OTHER,
        /** People have not answered yet. */
        WAITS,
        /** They have approved it, and this replica cannot go on yet. */
        NOT_YET,
        /** It was refused or withdrawn, its time is over, or another submission has used it. */
        OVER
    }
}
