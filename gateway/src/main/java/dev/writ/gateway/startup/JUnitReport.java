package dev.writ.gateway.startup;

import dev.writ.rules.BundleProblem;
import dev.writ.rules.CaseResult;
import dev.writ.rules.CaseRun;
import dev.writ.rules.MutationReport;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results of cases in the XML of JUnit, which CI servers read. A bundle is a suite; one that does not compile has errors. */
final class JUnitReport {

    private final XMLStreamWriter xml;
    private final int minScore;

    private JUnitReport(XMLStreamWriter xml, int minScore) {
        this.xml = xml;
        this.minScore = minScore;
    }

    static void write(Path file, List<Tested> tested, int minScore) throws IOException {
        Optional<Path> parent = Optional.ofNullable(file.toAbsolutePath().getParent());
        if (parent.isPresent()) {
            Files.createDirectories(parent.get());
        }
        try (Writer out = Files.newBufferedWriter(file)) {
            new JUnitReport(XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out), minScore).suites(tested);
        } catch (XMLStreamException impossible) {
            throw new IOException("the file " + file + " cannot be written", impossible);
        }
    }

    private void suites(List<Tested> tested) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        start(
                "testsuites",
                "writ policy test",
                tested.stream().mapToLong(JUnitReport::tests).sum(),
                tested.stream().mapToLong(this::failures).sum(),
                tested.stream().mapToInt(one -> one.problems().size()).sum());
        for (Tested one : tested) {
            suite(one);
        }
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.flush();
    }

    private void start(String element, String name, long cases, long failures, int errors) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("name", name);
        attribute("tests", Long.toString(cases + errors));
        attribute("failures", Long.toString(failures));
        attribute("errors", Integer.toString(errors));
    }

    private void suite(Tested tested) throws XMLStreamException {
        String name = tested.name();
        Path folder = tested.folder();
        start(
                "testsuite",
                name,
                tests(tested),
                failures(tested),
                tested.problems().size());
        attribute("skipped", "0");
        for (BundleProblem problem : tested.problems()) {
            testcase(name, folder, problem.file(), problem.line(), "compiles");
            told("error", problem.toString());
        }
        for (CaseRun run : tested.cases()) {
            CaseResult result = run.result();
            testcase(name, folder, result.file(), result.line(), result.name());
            if (result instanceof CaseResult.Failed failed) {
                told("failure", failed.reason());
            } else {
                xml.writeEndElement();
            }
        }
        if (tested.mutation().isPresent()) {
            mutation(name, folder, tested, tested.mutation().get());
        }
        xml.writeEndElement();
    }

    /** The score is one more test: that the cases notice enough. */
    private void mutation(String name, Path folder, Tested tested, MutationReport report) throws XMLStreamException {
        testcase(name, folder, "bundle.yaml", 1, "mutation score");
        if (tested.isAtLeast(minScore)) {
            xml.writeEndElement();
        } else {
            told(
                    "failure",
                    MutationPrinter.summary(report, minScore) + "\n"
                            + MutationPrinter.survivors(folder, report).collect(Collectors.joining("\n")));
        }
    }

    private static long tests(Tested tested) {
        return (long) tested.cases().size() + (tested.mutation().isPresent() ? 1 : 0);
    }

    private long failures(Tested tested) {
        return tested.failed() + (tested.isAtLeast(minScore) ? 0 : 1);
    }

    private void testcase(String bundle, Path folder, String file, int line, String name) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute("classname", bundle + "." + file.replace('/', '.'));
        attribute("name", name);
        attribute("file", folder.resolve(file).toString());
        attribute("line", Integer.toString(line));
    }

    private void told(String element, String message) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("message", message);
        xml.writeCharacters(printable(message));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, printable(value));
    }

    /** Without what XML 1.0 cannot hold. */
    private static String printable(String text) {
        return text.codePoints()
                .map(point -> isAllowed(point) ? point : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isAllowed(int point) {
        return point == '\t'
                || point == '\n'
                || (point >= 0x20 && point < 0xD800)
                || (point >= 0xE000 && point < 0xFFFE)
                || point >= 0x10000;
    }
}
