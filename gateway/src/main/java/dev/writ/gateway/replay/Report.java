package dev.writ.gateway.replay;

import java.util.List;

/**
 * What a replay found.
 *
 * @param compared decisions that the candidate was asked about
 * @param flipped those that come out otherwise
 * @param flips by what they were and are, and by which rule; most first
 * @param cut whether there are more directions than are shown
 * @param byGateway decisions that Writ itself made, such as for a kill switch; no bundle changes them
 * @param incomplete decisions whose facts were erased or pruned since, or never found out, or whose bundles cannot be had any
 *     more, so that nobody can tell
 * @param recorded whether the bundles of then say what was recorded then
 */
record Report(
        long compared,
        long flipped,
        List<Flips> flips,
        boolean cut,
        long byGateway,
        long incomplete,
        Reproduction recorded) {

    /**
     * Flips in one direction.
     *
     * @param wasBy the first rule that decided; empty if none spoke
     * @param isBy the candidate's first rule that decides; empty if none speaks
     * @param samples the oldest of them
     */
    public record Flips(String was, String is, String wasBy, String isBy, long count, List<Sample> samples) {}

    /**
     * One decision that comes out otherwise.
     *
     * @param explanation where auditors read why it was decided so
     */
    public record Sample(long index, String call, String explanation) {}

    /**
     * What asking the bundles of then again came to.
     *
     * @param unchecked decisions whose bundles were not to be asked
     * @param differingAt the first indices of decisions that were recorded otherwise
     */
    public record Reproduction(long reproduced, long differing, long unchecked, List<Long> differingAt) {}
}
