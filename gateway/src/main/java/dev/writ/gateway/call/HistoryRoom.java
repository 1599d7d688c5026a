package dev.writ.gateway.call;

/**
 * How much of a history a decision sees, the newest of it; the same on every replica.
 *
 * @param calls how many
 * @param memory what they weigh together, in bytes
 * @param call what the arguments and extracts of one may weigh; of one with more they are not kept
 */
record HistoryRoom(int calls, long memory, long call) {

    static HistoryRoom of(Whose whose, CallConfig config) {
        return new HistoryRoom(
                whose.isShared() ? config.sharedHistoryLength() : config.historyLength(),
                config.historyMemory().asLongValue(),
                config.historyCallMemory().asLongValue());
    }
}
