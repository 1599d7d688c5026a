package dev.writ.gateway.policy;

/**
 * How far a canary may be from the rest.
 *
 * @param points by which the shares may differ, in percent
 * @param identities that must have called on both sides before anything is concluded
 */
record CanaryBand(int points, int identities) {

    CanaryBand {
        if (points < 1 || points > 100 || identities < 1) {
            throw new IllegalArgumentException("a band is 1 to 100 points wide, and needs at least one identity");
        }
    }

    /** As the canary has it, if it has one of its own. */
    CanaryBand of(Canary canary) {
        return new CanaryBand(canary.band().orElse(points), identities);
    }

    static CanaryBand of(PolicyConfig.CanaryConfig config) {
        return new CanaryBand(config.band(), config.minIdentities());
    }
}
