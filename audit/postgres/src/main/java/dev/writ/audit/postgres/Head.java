package dev.writ.audit.postgres;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Frontier;

/** A signed tree head together with the frontier that it was computed from. */
record Head(Frontier frontier, Checkpoint checkpoint) {

    Head {
        if (frontier.size() != checkpoint.size()) {
            throw new IllegalArgumentException("frontier and checkpoint are of the same tree");
        }
    }

    long size() {
        return checkpoint.size();
    }
}
