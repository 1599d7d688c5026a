package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class PolicyTestCommandTest {

    private static final Path PACK = Path.of("..", "rules", "packs", "billing-support");

    private static final String RULES = """
            rule "mail inside"
            when
                ToolCall( tool == "mail.send", text("to") in ("a@x", "b@x") )
            then
                allow("inside");
            end
            """;
    private static final String CASES = """
            - name: "inside: 100 %, or \\"so\\""
              call: { tool: mail.send, arguments: { to: c@x } }
              principal: { agent: bot }
              expect: allow
            - name: outside
              call: { tool: mail.send, arguments: { to: d@y } }
              principal: { agent: bot }
              expect: deny
            """;

    private static final String WIDE = """
            rule "wide"
            when
                ToolCall( tool == "mail.send", text("to") == "e@x", text("body") == "" )
            then
                allow("wide");
            end
            """;
    private static final String LISTING = """
            connector: CONNECTOR
            tools:
              - name: send
                inputSchema: { type: object, properties: { to: { type: string } } }
            """;

    @TempDir
    private Path folder;

    private Path bundle = Path.of("");

    @BeforeEach
    void makeABundle() throws IOException {
        bundle = folder.resolve("mail");
        write("mail/bundle.yaml", "name: mail\nversion: 1\nowners: [security]\ngroups: []\nscope: [mail.*]\n");
        write("mail/mail.drl", RULES);
        write("mail/cases/mail.yaml", CASES);
    }

    @Test
    void runsTheCasesOfAPackWithTheToolsBesideIt() {
        Terminal run = Terminal.run("policy", "test", PACK);

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .anyMatch(line -> line.startsWith("ok    " + PACK + "/cases/refunds.yaml:1: ")
                        && line.endsWith(": allow by \"refund a duplicate charge up to 50\": a small refund of a"
                                + " duplicate charge"))
                .anyMatch(line -> line.startsWith("billing-support: 9 of 9 rules decide a case"))
                .noneMatch(line -> line.contains("no tools are given"))
                .last()
                .asString()
                .contains(" 0 failed; ");
    }

    @Test
    void saysWhatWasExpectedAndWhatCameAndWhere() {
        Terminal run = Terminal.run("policy", "test", bundle);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .contains("FAIL  " + bundle + "/cases/mail.yaml:1: inside: 100 %, or \"so\": expected allow, but it was"
                        + " deny, since no rule spoke")
                .contains("      " + bundle + "/mail.drl:1: \"mail inside\" decides no case")
                .contains("      " + bundle
                        + "/mail.drl:3:36: \"mail inside\": text(\"to\") in (\"a@x\", \"b@x\") never" + " holds")
                .anyMatch(line -> line.contains("no tools are given, so the names of tools"));
    }

    @Test
    void marksThePlaceForGitHubWithEveryDelimiterEscaped() {
        assertThat(Terminal.run("policy", "test", "--github", bundle).lines())
                .contains("::error file=" + bundle
                        + "/cases/mail.yaml,line=1,title=inside%3A 100 %25%2C or \"so\"::expected"
                        + " allow, but it was deny, since no rule spoke");
    }

    @Test
    void marksPlacesWhereAWorkflowRuns() {
        assertThat(Annotations.areWantedBy(Map.of("GITHUB_ACTIONS", "true"))).isTrue();
        assertThat(Annotations.areWantedBy(Map.of())).isFalse();
    }

    @Test
    void writesJUnitXml() throws Exception {
        Path file = folder.resolve("reports/junit.xml");

        Terminal.run("policy", "test", "--junit", file, bundle);

        Element suites = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
        Element suite = (Element) suites.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("name")).isEqualTo("mail");
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        Element testcase = (Element) suite.getElementsByTagName("testcase").item(0);
        assertThat(testcase.getAttribute("name")).isEqualTo("inside: 100 %, or \"so\"");
        assertThat(testcase.getAttribute("classname")).isEqualTo("mail.cases.mail.yaml");
        assertThat(testcase.getElementsByTagName("failure").item(0).getTextContent())
                .isEqualTo("expected allow, but it was deny, since no rule spoke");
    }

    @Test
    void printsJson() {
        Terminal run = Terminal.run("policy", "test", "--json", bundle);

        JsonObject report = (JsonObject) JsonValue.parse(run.out().strip());
        assertThat(report.isTrue("passed")).isFalse();
        JsonObject mail =
                (JsonObject) report.array("bundles").orElseThrow().items().get(0);
        assertThat(mail.text("tools")).contains("assumed");
        assertThat(mail.array("cases").orElseThrow().items()).hasSize(2);
    }

    @Test
    void checksArgumentsAgainstTheToolsThatAreGiven() throws IOException {
        write(
                "mail.json",
                "{\"tools\": [{\"name\": \"send\", \"inputSchema\": {\"type\": \"object\", \"properties\":"
                        + " {\"recipient\": {\"type\": \"string\"}}}}]}");

        Terminal run = Terminal.run("policy", "test", "--tools", folder.resolve("mail.json"), bundle);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .anyMatch(line -> line.startsWith("FAIL  " + bundle + "/mail.drl:3:")
                        && line.contains("mail.send has no argument 'to'"));
    }

    @Test
    void takesAnOpenApiDocumentAsTheConnectorWould() throws IOException {
        write("api.yaml", """
                openapi: 3.0.3
                info: { title: Mail, version: "1" }
                paths:
                  /send:
                    post:
                      operationId: send
                      requestBody:
                        content:
                          application/json:
                            schema: { type: object, properties: { to: { type: integer } } }
                      responses: { "200": { description: sent } }
                """);

        Terminal run = Terminal.run("policy", "test", "--tools", "mail=" + folder.resolve("api.yaml"), bundle);

        assertThat(run.lines()).anyMatch(line -> line.contains("the argument 'to' of mail.send is of type integer"));
    }

    @Test
    void takesAnOpenRpcDocumentAsTheConnectorWould() throws IOException {
        write("api.yaml", """
                openrpc: 1.3.2
                info: { title: Mail, version: "1" }
                methods:
                  - name: send
                    params: [{ name: to, schema: { type: integer } }]
                """);

        Terminal run = Terminal.run("policy", "test", "--tools", "mail=" + folder.resolve("api.yaml"), bundle);

        assertThat(run.lines()).anyMatch(line -> line.contains("the argument 'to' of mail.send is of type integer"));
    }

    @Test
    void takesTheFileThatIsCalledLikeTheBundleAloneAndTheConnectorItNames() throws IOException {
        write("tools/mail.yaml", LISTING.replace("CONNECTOR", "mail"));
        write("tools/other.yaml", "this is no list of tools");

        Terminal run = Terminal.run("policy", "test", bundle);

        assertThat(run.err()).isEmpty();
        assertThat(run.lines()).noneMatch(line -> line.contains("no tools are given"));
    }

    @Test
    void takesAllOfTheFolderIfNoFileIsCalledLikeTheBundle() throws IOException {
        write("tools/post.yaml", LISTING.replace("CONNECTOR", "mail").replace("to:", "recipient:"));
        write("tools/other.yaml", LISTING.replace("CONNECTOR", "other"));

        assertThat(Terminal.run("policy", "test", bundle).lines())
                .anyMatch(line -> line.contains("mail.send has no argument 'to'"));
    }

    @Test
    void toolsOfOthersAreNotTakenForThoseOfTheBundle() throws IOException {
        write("tools/other.yaml", LISTING.replace("CONNECTOR", "other"));

        Terminal run = Terminal.run("policy", "test", bundle);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("none of these tools is one that the bundle 'mail' may speak about, mail.*; write its tools"
                        + " into tools/mail.yaml");
    }

    @Test
    void aConnectorHasOneName() throws IOException {
        write("listing.yaml", LISTING.replace("CONNECTOR", "mail"));

        Terminal run = Terminal.run("policy", "test", "--tools", "post=" + folder.resolve("listing.yaml"), bundle);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("says that its connector is 'mail', and --tools says 'post'");
    }

    @Test
    void saysWhichConditionNoCaseNotices() throws IOException {
        write("mail/cases/mail.yaml", CASES.replace("c@x", "a@x"));
        write("mail/wide.drl", WIDE);

        Terminal run = Terminal.run("policy", "test", "--mutate", "--github", bundle);

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .contains("      " + bundle
                        + "/wide.drl:3:57: \"wide\": no case notices text(\"body\") != \"\" in place of"
                        + " text(\"body\") == \"\"; add a case that this rule decides, and one beside it in which only"
                        + " text(\"body\") == \"\" is otherwise")
                .contains(
                        "mail: mutation score 33 %: cases notice 1 of 3 conditions turned round, and 1 of 2 edges moved")
                .anyMatch(line ->
                        line.startsWith("::warning file=" + bundle + "/wide.drl,line=3,col=57,title=wide::no case"));
    }

    @Test
    void failsIfCasesNoticeLessThanIsWanted() throws Exception {
        write("mail/cases/mail.yaml", CASES.replace("c@x", "a@x"));
        write("mail/wide.drl", WIDE);
        Path junit = folder.resolve("junit.xml");

        assertThat(Terminal.run("policy", "test", "--min-score", "33", bundle).exitCode())
                .isZero();
        Terminal run = Terminal.run("policy", "test", "--min-score", "34", "--junit", junit, bundle);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).anyMatch(line -> line.contains("score 33 %, less than the 34 % that are wanted"));
        Element suites = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(junit.toFile())
                .getDocumentElement();
        assertThat(suites.getAttribute("tests")).isEqualTo("3");
        assertThat(suites.getAttribute("failures")).isEqualTo("1");
        assertThat(suites.getElementsByTagName("failure").item(0).getTextContent())
                .contains("add a case that this rule decides");
    }

    @Test
    void changesNothingWhileACaseFails() {
        Terminal run = Terminal.run("policy", "test", "--mutate", bundle);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).contains("mail: no condition is turned round before all cases come out as written");
    }

    @Test
    void printsWhatWasChangedAsJson() throws IOException {
        write("mail/cases/mail.yaml", CASES.replace("c@x", "a@x"));

        JsonObject report = (JsonObject) JsonValue.parse(Terminal.run("policy", "test", "--mutate", "--json", bundle)
                .out()
                .strip());

        JsonObject mail =
                (JsonObject) report.array("bundles").orElseThrow().items().get(0);
        assertThat(mail.object("mutation").orElseThrow().toJson())
                .contains("\"score\":100", "\"noticed\":\"inside: 100 %, or \\\"so\\\"\"", "\"kind\":\"flip\"");
    }

    @Test
    void whatCannotBeReadIsNoFailedTest() throws IOException {
        assertThat(Terminal.run("policy", "test", folder.resolve("nowhere")).exitCode())
                .isEqualTo(2);
        assertThat(Terminal.run("policy", "test", "--tools", folder.resolve("none.json"), bundle)
                        .exitCode())
                .isEqualTo(2);
        write("bad.json", "{}");
        Terminal bad = Terminal.run("policy", "test", "--tools", folder.resolve("bad.json"), bundle);
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err()).contains("holds no tools; it is what GET /v1/tools of a gateway answers");
    }

    @Test
    void aFolderThatIsNoBundleFails() throws IOException {
        write("mail/notes.txt", "");

        Terminal run = Terminal.run("policy", "test", bundle);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).anyMatch(line -> line.startsWith("FAIL  " + bundle + "/notes.txt: a bundle holds"));
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
