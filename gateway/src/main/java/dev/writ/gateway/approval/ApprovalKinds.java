package dev.writ.gateway.approval;

import java.util.Set;

/** The kinds of entries that tell of an approval, for whoever reads the log. */
public final class ApprovalKinds {

    /** What the call's own package writes; with the member {@link Opening#MEMBER} it opens an approval. */
    public static final String DECIDED = "DECIDED";

    public static final String GRANTED = "APPROVAL_GRANTED";
    public static final String REFUSED = "APPROVAL_REFUSED";
    public static final String EXPIRED = "APPROVAL_EXPIRED";
    public static final String WITHDRAWN = "APPROVAL_WITHDRAWN";
    public static final String VIEWED = "APPROVAL_VIEWED";
    public static final String ASKED = "APPROVAL_ASKED";
    public static final String ANSWERED = "APPROVAL_ANSWERED";

    /** Whoever changes a call approves it so. */
    public static final String EDITED = "APPROVAL_EDITED";

    public static final String EDIT_REFUSED = "APPROVAL_EDIT_REFUSED";

    /** Further groups were asked. */
    public static final String RAISED = "APPROVAL_RAISED";

    /** Somebody did not wait for whoever is asked. */
    public static final String BROKEN = "APPROVAL_BREAK_GLASS";

    /** Every kind that tells something of one. */
    public static final Set<String> ALL = Set.of(
            DECIDED,
            GRANTED,
            REFUSED,
            EXPIRED,
            WITHDRAWN,
            VIEWED,
            ASKED,
            ANSWERED,
            EDITED,
            EDIT_REFUSED,
            RAISED,
            BROKEN);

    private ApprovalKinds() {}
}
