package dev.writ.gateway.startup;

import static dev.writ.gateway.startup.ConnectorsCommand.number;
import static dev.writ.gateway.startup.ConnectorsCommand.text;

import dev.writ.gateway.catalog.Visible;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ approvals}. */
@Command(
        name = "approvals",
        mixinStandardHelpOptions = true,
        description = "Shows the calls that wait for people, and decides on them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ApprovalsCommand.Listing.class,
            ApprovalsCommand.Show.class,
            ApprovalsCommand.Approve.class,
            ApprovalsCommand.Refuse.class
        })
final class ApprovalsCommand {

    private static final String APPROVALS = "/v1/approvals";

    /** Of a view's digest; with fewer, one view might be taken for another. */
    private static final int FEWEST_CHARACTERS = 8;

    private ApprovalsCommand() {}

    private static void item(JsonObject item) {
        System.out.printf(
                "%-9s  %s  %s  by %s  until %s%n",
                text(item, "state"),
                text(item, "id"),
                text(item, "tool"),
                text(item, "agent"),
                text(item, "expiresAt"));
        PolicyLifeCommands.objects(item, "requirements")
                .forEach(asked -> System.out.printf(
                        "           %s: %s of %s, \"%s\": %s%n",
                        text(asked, "group"),
                        number(asked, "granted"),
                        number(asked, "approvals"),
                        Line.of(text(asked, "rule")),
                        Line.of(text(asked, "reason"))));
    }

    /** Every value with the place where it stands, a line each: whoever approves answers for all of it. */
    static void whole(PrintStream out, String place, JsonValue value) {
        if (value instanceof JsonObject object && !object.members().isEmpty()) {
            // As in a JSON pointer (RFC 6901 3), so that no name looks like a place inside of another.
            object.members()
                    .forEach((name, member) ->
                            whole(out, place + "/" + name.replace("~", "~0").replace("/", "~1"), member));
        } else if (value instanceof JsonArray array && !array.items().isEmpty()) {
            for (int i = 0; i < array.items().size(); i++) {
                whole(out, place + "/" + i, array.items().get(i));
            }
        } else {
            out.println("  " + seen(place) + "  " + seen(value.toJson()));
        }
    }

    /** What an agent wrote must not steer a terminal, and nobody is to approve characters that they do not see. */
    private static String seen(String text) {
        return text.codePoints()
                .mapToObj(point -> Visible.isHidden(point) || Character.isISOControl(point)
                        ? String.format("<U+%04X>", point)
                        : Character.toString(point))
                .collect(Collectors.joining());
    }

    /** {@code writ approvals list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the calls that wait, newest first; approvers see those of their groups.")
    static final class Listing implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Option(names = "--agent", paramLabel = "NAME", description = "Only those of that agent.")
        Optional<String> agent = Optional.empty();

        @Override
        public Integer call() {
            gateway.items(APPROVALS + agent.map(name -> "?agent=" + name).orElse(""))
                    .forEach(ApprovalsCommand::item);
            return 0;
        }
    }

    /** One that is about a call. */
    abstract static class OfCall implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Parameters(paramLabel = "CALL", description = "Its id, as 'writ approvals list' says it.")
        String call = "";

        String path() {
            return APPROVALS + "/" + call;
        }
    }

    /** {@code writ approvals show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows all that is to be approved, and how to say that this is what you saw.")
    static final class Show extends OfCall {

        @Override
        public Integer call() {
            JsonObject shown = gateway.get(path());
            item(shown);
            JsonObject view = shown.object("view").orElse(JsonObject.empty());
            whole(System.out, "", view);
            PolicyLifeCommands.objects(shown, "grants")
                    .forEach(grant -> System.out.println(
                            "approved by " + text(grant, "approver") + ": " + Line.of(text(grant, "reason"))));
            shown.object("ended")
                    .ifPresent(ended -> System.out.println(
                            "ended by " + text(ended, "by") + ": " + Line.of(text(ended, "reason"))));
            System.out.println("view " + text(shown, "viewDigest"));
            return 0;
        }
    }

    /** {@code writ approvals approve}. */
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = {
                "Approves a call, for all of your groups that are asked. Once nothing more is asked",
                "it is decided again and carried out. Needs the role approver."
            })
    static final class Approve extends OfCall {

        @Option(
                names = "--view",
                required = true,
                paramLabel = "DIGEST",
                description =
                        "What 'writ approvals show' says in its last line; the first eight characters are enough.")
        String view = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why. It is recorded.")
        String reason = "";

        @Override
        public Integer call() {
            String digest = text(gateway.get(path()), "viewDigest");
            if (view.length() < FEWEST_CHARACTERS || !digest.startsWith(view)) {
                throw new Remote.RefusedException("what waits is not what you saw, or --view has less than "
                        + FEWEST_CHARACTERS + " characters; read 'writ approvals show " + call + "' and its last line");
            }
            item(gateway.post(
                    path() + "/approve",
                    JsonObject.builder()
                            .put("reason", reason)
                            .put("view", digest)
                            .build()));
            return 0;
        }
    }

    /** {@code writ approvals refuse}. */
    @Command(
            name = "refuse",
            mixinStandardHelpOptions = true,
            description = "Refuses a call, which ends it. Needs the role approver.")
    static final class Refuse extends OfCall {

        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "Why. It is recorded, and the agent is shown it.")
        String reason = "";

        @Override
        public Integer call() {
            item(gateway.post(
                    path() + "/refuse",
                    JsonObject.builder().put("reason", reason).build()));
            return 0;
        }
    }
}
