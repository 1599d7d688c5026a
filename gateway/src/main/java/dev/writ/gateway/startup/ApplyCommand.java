package dev.writ.gateway.startup;

import static dev.writ.gateway.startup.ConnectorsCommand.CONNECTORS;
import static dev.writ.gateway.startup.ConnectorsCommand.text;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code writ apply}. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Registers the connectors and agents of a file, and says first what that changes.",
            "Exactly what was shown is pinned: if a service offers something else by then, nothing is.",
            "Secrets are named in the file as env:NAME or file:PATH, documents as file:PATH or by URL.",
            "Exit codes: 0 done, or nothing to do; 1 not done; with --dry-run 2 if there is something to do.",
            "Needs the role operator."
        })
final class ApplyCommand implements Callable<Integer> {

    private static final int NOT_DONE = 1;
    private static final int SOMETHING_TO_DO = 2;

    @Mixin
    Remote gateway = new Remote();

    @Option(names = "-f", required = true, paramLabel = "FILE", description = "YAML or JSON.")
    Path file = Path.of("");

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Option(names = "--dry-run", description = "Say what would change, and change nothing.")
    boolean dryRun;

    @Option(names = "--prune", description = "Remove connectors that the file does not name.")
    boolean prune;

    /** One thing to do. */
    private interface Step {
        void take();
    }

    @Override
    public Integer call() throws IOException {
        ConnectorsFile wanted = ConnectorsFile.read(file);
        List<Step> steps = new ArrayList<>();
        agents(wanted, steps);
        wanted.connectors().forEach(connector -> connector(connector, steps));
        removed(wanted, steps);
        if (steps.isEmpty()) {
            System.out.println("nothing to do");
            return 0;
        }
        if (dryRun) {
            System.out.println(steps.size() + " to do; nothing was changed");
            return SOMETHING_TO_DO;
        }
        if (!yes && !agreed()) {
            System.out.println("nothing was changed");
            return NOT_DONE;
        }
        steps.forEach(Step::take);
        return 0;
    }

    private void agents(ConnectorsFile wanted, List<Step> steps) {
        if (wanted.agents().isEmpty()) {
            return;
        }
        Map<String, JsonObject> known =
                gateway.items("/v1/agents").collect(Collectors.toMap(agent -> text(agent, "name"), agent -> agent));
        wanted.agents().forEach(agent -> {
            String name = text(agent, "name");
            JsonObject now = known.get(name);
            if (now == null) {
                System.out.println("agent " + name + ": added, owner " + text(agent, "owner"));
                steps.add(() -> {
                    gateway.post("/v1/agents", agent);
                    System.out.println("agent " + name + " is registered");
                });
            } else if (!now.equals(agent)) {
                System.out.println(
                        "agent " + name + ": it is registered otherwise, and stays so: agents do not change");
            }
        });
    }

    private void connector(JsonObject connector, List<Step> steps) {
        JsonObject plan = plan(connector);
        String name = text(plan, "name");
        String change = text(plan, "change");
        if (change.equals("none")) {
            return;
        }
        System.out.println("connector " + name + ": " + change);
        if (plan.isTrue("credential")) {
            System.out.println("  credential or secrets: " + (change.equals("added") ? "set" : "changed"));
        }
        ConnectorsCommand.changes(System.out, "  ", PolicyLifeCommands.objects(plan, "settings"));
        PolicyLifeCommands.objects(plan, "tools")
                .filter(tool -> !text(tool, "change").equals("none"))
                .forEach(tool -> {
                    System.out.println("  tool " + text(tool, "name") + ": " + text(tool, "change")
                            + tool.text("digest").map(digest -> "  " + digest).orElse(""));
                    tool.text("description")
                            .filter(description -> !description.isBlank())
                            .ifPresent(description -> System.out.println("    " + Line.of(description.strip())));
                    ConnectorsCommand.changes(System.out, "    ", PolicyLifeCommands.objects(tool, "diff"));
                    tool.object("proposal").ifPresent(ApplyCommand::proposal);
                    ConnectorsCommand.warnings(System.out, "    ", tool);
                });
        plan.array("skipped")
                .ifPresent(skipped -> skipped.texts().forEach(one -> System.out.println("  skipped: " + Line.of(one))));
        Map<String, JsonValue> reviewed = new LinkedHashMap<>(connector.members());
        reviewed.put("reviewed", new JsonString(text(plan, "reviewed")));
        steps.add(() -> {
            JsonObject pinned = gateway.post(CONNECTORS, new JsonObject(reviewed));
            System.out.println("connector " + name + " is registered with "
                    + PolicyLifeCommands.objects(pinned, "tools").count() + " tools");
        });
    }

    /** Nothing of it counts until an operator writes it into the file. */
    private static void proposal(JsonObject proposal) {
        System.out.println("    effects, if you agree: "
                + proposal.object("proposed").orElseGet(JsonObject::empty).toJson() + " since "
                + Line.of(String.join(
                        "; ", proposal.array("reasons").map(JsonArray::texts).orElse(List.of()))));
    }

    private JsonObject plan(JsonObject connector) {
        try {
            return gateway.post(CONNECTORS + "/plan", connector);
        } catch (Remote.RefusedException refused) {
            throw new Remote.RefusedException("connector " + text(connector, "name") + ": " + refused.getMessage());
        }
    }

    private void removed(ConnectorsFile wanted, List<Step> steps) {
        Set<String> named = wanted.connectors().stream()
                .map(connector -> text(connector, "name"))
                .collect(Collectors.toSet());
        List<String> others = ConnectorsCommand.all(gateway)
                .map(connector -> text(connector, "name"))
                .filter(name -> !named.contains(name))
                .toList();
        if (!prune) {
            if (!others.isEmpty()) {
                System.out.println("not in the file, and kept without --prune: " + String.join(", ", others));
            }
            return;
        }
        others.forEach(name -> {
            System.out.println("connector " + name + ": removed");
            steps.add(() -> {
                gateway.remove(CONNECTORS + "/" + name);
                System.out.println("connector " + name + " is removed");
            });
        });
    }

    private static boolean agreed() throws IOException {
        System.out.print("Do it? Type yes: ");
        System.out.flush();
        // Only one line is read, and the stream stays the process's own.
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String answer = input.readLine();
        return answer != null && answer.strip().equals("yes");
    }
}
