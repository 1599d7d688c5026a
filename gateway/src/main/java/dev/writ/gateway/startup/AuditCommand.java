package dev.writ.gateway.startup;

import picocli.CommandLine.Command;

/** {@code writ audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Works on the log.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AuditVerifyCommand.class,
            AuditKeyCommand.class,
            AuditProveCommand.class,
            AuditCheckProofCommand.class,
            AuditCheckApprovalCommand.class,
            AuditExportCommand.class,
            AuditProveNoneCommand.class,
            AuditReconcileCommand.class
        })
final class AuditCommand {

    /** Something is not as it should be. */
    static final int BROKEN = 1;

    /** It is not known whether something is wrong, as it could not be read. */
    static final int UNREADABLE = 3;
}
