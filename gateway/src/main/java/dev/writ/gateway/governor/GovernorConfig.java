package dev.writ.gateway.governor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How people who approve are looked after. */
@ConfigMapping(prefix = "writ.governor")
interface GovernorConfig {

    /**
     * Characters that an adult reads in a second; whoever approves faster is warned. Most adults read 175 to 300 words of English a
     * minute silently, of about six characters with the space, so 30 is what a fast reader does.
     *
     * @see <a href="https://doi.org/10.1016/j.jml.2019.104047">Brysbaert, How many words do we read per minute? (2019)</a>
     */
    @WithDefault("30")
    int readingSpeed();

    /** So many approvals in a row that were too fast make a pause. Without it nobody is made to wait. */
    OptionalInt pauseAfter();

    /** How long. Calls can be refused meanwhile. */
    @WithDefault("10m")
    Duration pause();

    /** So many approvals of the same make a proposal. */
    @WithDefault("5")
    int repeats();

    /** How far back is looked for them, and how much is replayed. */
    @WithDefault("30d")
    Duration window();

    /** How often. */
    @WithDefault("24h")
    Duration every();

    /** How long a proposed exception holds, in whole days. */
    @WithDefault("30d")
    Duration lasting();
}
