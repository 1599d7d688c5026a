package dev.writ.audit.postgres;

/** How many drafts go into a batch: fewer for a while after one was refused, so that what is to blame ends up alone. */
final class BatchLimit {

    private final int most;
    private int drafts;

    BatchLimit(int most) {
        this.most = most;
        this.drafts = most;
    }

    int drafts() {
        return drafts;
    }

    void halve(int refused) {
        drafts = Math.max(1, refused / 2);
    }

    void relax() {
        drafts = Math.min(most, drafts * 2);
    }
}
