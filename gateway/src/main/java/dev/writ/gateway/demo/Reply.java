package dev.writ.gateway.demo;

/** What finance does about a call that waits for it. */
@FunctionalInterface
interface Reply {

    /** Replies to the approval of that id, or does not. */
    void about(String approval, GatewayClient finance);

    /** Reads what is asked, in full, and approves exactly that. */
    static Reply approving(String reason) {
        return (approval, finance) -> finance.approve(approval, reason, finance.viewDigest(approval));
    }

    static Reply refusing(String reason) {
        return (approval, finance) -> finance.refuse(approval, reason);
    }

    static Reply none() {
        return (approval, finance) -> {};
    }
}
