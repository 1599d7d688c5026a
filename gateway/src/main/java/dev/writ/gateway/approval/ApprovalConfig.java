package dev.writ.gateway.approval;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Calls that wait for people. */
@ConfigMapping(prefix = "writ.approval")
interface ApprovalConfig {

    /** Calls of one agent that may wait at a time. */
    @WithDefault("1000")
    int maxOpen();

    /** Whether only those approve who have looked at what they approve, through Writ. */
    @WithDefault("false")
    boolean requireView();

    /** Questions to the agent about one call. */
    @WithDefault("5")
    int maxQuestions();

    /** Changes of one call's arguments by approvers, with those that rules denied. */
    @WithDefault("5")
    int maxEdits();
}
