package dev.writ.gateway.startup;

import dev.writ.model.JsonObject;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code writ connectors}. */
@Command(
        name = "connectors",
        mixinStandardHelpOptions = true,
        description = "Looks at connectors, and decides on definitions that their servers changed.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ConnectorsCommand.Listing.class,
            ConnectorsCommand.Show.class,
            ConnectorsCommand.Diff.class,
            ConnectorsCommand.Approve.class,
            ConnectorsCommand.Reject.class
        })
final class ConnectorsCommand {

    static final String CONNECTORS = "/v1/connectors";

    private ConnectorsCommand() {}

    static String text(JsonObject object, String member) {
        return object.text(member).orElse("");
    }

    static String number(JsonObject object, String member) {
        return Remote.number(object, member).orElse("0");
    }

    static Stream<JsonObject> all(Remote gateway) {
        return gateway.items(CONNECTORS);
    }

    /** Writes what differs, one member a line or two. */
    static void changes(PrintStream out, String indent, Stream<JsonObject> changes) {
        changes.forEach(change -> {
            out.println(indent + Line.of(text(change, "member")));
            change.text("was").ifPresent(was -> out.println(indent + "  - " + Line.of(was)));
            change.text("is").ifPresent(is -> out.println(indent + "  + " + Line.of(is)));
        });
    }

    /** Whether there are more changes than that; the last item says so, and is no JSON pointer. */
    static boolean isCut(Stream<JsonObject> changes) {
        return changes.map(change -> text(change, "member"))
                .anyMatch(member -> !member.isEmpty() && !member.startsWith("/"));
    }

    static void warnings(PrintStream out, String indent, JsonObject of) {
        of.array("warnings")
                .ifPresent(
                        warnings -> warnings.texts().forEach(warning -> out.println(indent + "! " + Line.of(warning))));
    }

    /** Where its server is: an address, or the program that it is. */
    static String place(JsonObject connector) {
        return connector
                .object("mcp")
                .flatMap(server -> server.array("command"))
                .map(command -> "runs " + Line.of(String.join(" ", command.texts())))
                .orElseGet(() -> text(connector, "baseUrl"));
    }

    /** {@code writ connectors list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the connectors, and how many definitions of each wait in quarantine.")
    static final class Listing implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Override
        public Integer call() {
            all(gateway).forEach(connector -> {
                String waiting = number(connector, "quarantined");
                System.out.printf(
                        "%-8s %-9s %-24s %3d tools  %s%s%n",
                        text(connector, "status"),
                        text(connector, "kind"),
                        text(connector, "name"),
                        PolicyLifeCommands.objects(connector, "tools").count(),
                        place(connector),
                        waiting.equals("0") ? "" : "  QUARANTINE: " + waiting);
            });
            return 0;
        }
    }

    /** One that is about a connector. */
    abstract static class OfConnector implements Callable<Integer> {

        @Mixin
        Remote gateway = new Remote();

        @Parameters(index = "0", paramLabel = "CONNECTOR", description = "Its name.")
        String name = "";

        String path() {
            return CONNECTORS + "/" + name;
        }

        Stream<JsonObject> held() {
            return PolicyLifeCommands.objects(gateway.get(path() + "/quarantine"), "items");
        }
    }

    /** {@code writ connectors show}. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a connector with its tools.")
    static final class Show extends OfConnector {

        @Override
        public Integer call() {
            JsonObject connector = gateway.get(path());
            System.out.printf(
                    "%s  %s %s  %s since entry %s%n",
                    text(connector, "name"),
                    text(connector, "kind"),
                    place(connector),
                    text(connector, "status"),
                    number(connector, "index"));
            PolicyLifeCommands.objects(connector, "tools").forEach(tool -> {
                System.out.println("  " + text(tool, "name") + "  " + text(tool, "digest"));
                warnings(System.out, "    ", tool);
            });
            String waiting = number(connector, "quarantined");
            if (!waiting.equals("0")) {
                System.out.println(waiting + " in quarantine; 'writ connectors diff " + name + "' shows them");
            }
            return 0;
        }
    }

    /** {@code writ connectors diff}. */
    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = {
                "Shows what a connector's server offers otherwise than it is pinned.",
                "Exit code 1 if something waits for a decision."
            })
    static final class Diff extends OfConnector {

        @Override
        public Integer call() {
            List<JsonObject> held = held().toList();
            if (held.isEmpty()) {
                System.out.println("nothing is in quarantine");
                return 0;
            }
            held.forEach(item -> {
                System.out.printf(
                        "%s %s  %s, %s%s%n  %s  entry %s%n",
                        text(item, "kind"),
                        item.text("tool").orElseGet(() -> Line.of(text(item, "name"))),
                        text(item, "reason"),
                        text(item, "state"),
                        item.isTrue("denied") ? ", calls are denied" : "",
                        text(item, "digest"),
                        number(item, "index"));
                changes(System.out, "    ", PolicyLifeCommands.objects(item, "diff"));
                warnings(System.out, "    ", item);
            });
            return held.stream().anyMatch(item -> text(item, "state").equals("pending")) ? 1 : 0;
        }
    }

    /** One that decides. */
    abstract static class Decision extends OfConnector {

        @Parameters(
                index = "1",
                paramLabel = "DEFINITION",
                description = "The digest that 'writ connectors diff' shows; its first digits are enough.")
        String definition = "";

        @Option(
                names = "--kind",
                paramLabel = "KIND",
                description = "tool, prompt, resource or card; needed where definitions of two kinds are the same.")
        String kind = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why. It is recorded.")
        String reason = "";

        /** The answer to that step. */
        JsonObject decide(String step) {
            String digits = definition.startsWith("sha256:") ? definition : "sha256:" + definition;
            List<JsonObject> meant = held().filter(item -> text(item, "digest").startsWith(digits))
                    .filter(item -> kind.isEmpty() || text(item, "kind").equals(kind))
                    .toList();
            JsonObject one = meant.stream()
                    .findFirst()
                    .filter(first -> meant.size() == 1)
                    .orElseThrow(() -> new Remote.RefusedException(
                            (meant.isEmpty() ? "nothing in quarantine begins so: " : "several begin so: ") + definition
                                    + "; 'writ connectors diff " + name + "' shows them"));
            check(one);
            return gateway.post(
                    path() + "/quarantine/" + text(one, "digest") + "/" + step,
                    JsonObject.builder()
                            .put("reason", reason)
                            .put("kind", text(one, "kind"))
                            .build());
        }

        /** Refuses what must not be decided on here. */
        void check(JsonObject item) {}
    }

    /** {@code writ connectors approve}. */
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Pins what the server offers now. Needs the role operator.")
    static final class Approve extends Decision {

        @Override
        void check(JsonObject item) {
            if (isCut(PolicyLifeCommands.objects(item, "diff"))) {
                throw new Remote.RefusedException(
                        "more differs than 'writ connectors diff' shows; read 'pinned' and 'live' of GET " + path()
                                + "/quarantine, and approve it there");
            }
        }

        @Override
        public Integer call() {
            JsonObject pinned = decide("approve");
            System.out.println("pinned; " + text(pinned, "name") + " has "
                    + PolicyLifeCommands.objects(pinned, "tools").count() + " tools");
            return 0;
        }
    }

    /** {@code writ connectors reject}. */
    @Command(
            name = "reject",
            mixinStandardHelpOptions = true,
            description = "Keeps what is pinned; calls are denied until the server offers it again."
                    + " Needs the role operator.")
    static final class Reject extends Decision {

        @Override
        public Integer call() {
            System.out.println("rejected in entry " + Remote.index(decide("reject")));
            return 0;
        }
    }
}
