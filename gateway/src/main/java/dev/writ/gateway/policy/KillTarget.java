package dev.writ.gateway.policy;

/**
 * Whom or what a kill switch stops.
 *
 * @param name of the agent, tool or connector, whether or not there is one now; empty for everything
 */
record KillTarget(KillScope scope, String name) implements Comparable<KillTarget> {

    static final KillTarget EVERYTHING = new KillTarget(KillScope.EVERYTHING, "");

    KillTarget {
        if (scope == KillScope.EVERYTHING != name.isEmpty()) {
            throw new IllegalArgumentException(
                    "a kill switch names an agent, a tool or a connector, and nothing if it stops everything");
        }
    }

    /** As part of a sentence. */
    String words() {
        return scope == KillScope.EVERYTHING ? "everything" : scope.text() + " " + name;
    }

    @Override
    public int compareTo(KillTarget other) {
        int byScope = scope.compareTo(other.scope);
        return byScope != 0 ? byScope : name.compareTo(other.name);
    }
}
