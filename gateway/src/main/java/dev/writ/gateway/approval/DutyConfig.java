package dev.writ.gateway.approval;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Who answers in whose place, and what happens where nobody does. */
@ConfigMapping(prefix = "writ.approval")
interface DutyConfig {

    /** For how long an approver may lend their groups to another one. */
    @WithDefault("14d")
    Duration maxDelegation();

    /** How many delegations of one approver may be in force at a time. */
    @WithDefault("100")
    int maxDelegations();

    /** Whose members may let a call go on without those who are asked, which is reviewed afterwards. Nobody may unless some are named. */
    Optional<Set<String>> breakGlassGroups();

    /** After so long without a review whoever broke the glass cannot do so again. */
    @WithDefault("3d")
    Duration reviewWithin();
}
