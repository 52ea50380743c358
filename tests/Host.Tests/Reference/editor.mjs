// What Visual Studio Code says of documents and offers in them, by the language service that it uses itself.
// stdin: { "schema": {…}, "documents": [{ "text": "…", "offset": 12 }] }, where the offset is where somebody asks for completion.
// stdout: for each document its faults, and what is offered: [{ "faults": ["line 3: …"], "offers": [{ "label", "text", "about" }] }]
import { text } from 'node:stream/consumers';
import languages from 'vscode-json-languageservice';

const { getLanguageService, TextDocument } = languages;
const { schema, documents } = JSON.parse(await text(process.stdin));
// The service resolves references in the object that it is given, so that it cannot be written any more.
const schemaText = JSON.stringify(schema);
const service = getLanguageService({
    // For documents that name it themselves.
    schemaRequestService: async uri => uri.endsWith('/workflow.schema.json') ? schemaText : Promise.reject(`There is no ${uri}.`),
    workspaceContext: { resolveRelativePath: (path, document) => new URL(path, document).href },
    clientCapabilities: { textDocument: { completion: { completionItem: { documentationFormat: ['markdown'] } } } },
});
service.configure({ validate: true, allowComments: true, schemas: [{ uri: 'schema.json', fileMatch: ['*'], schema }] });

const answers = [];
for (const [index, given] of documents.entries()) {
    const document = TextDocument.create(`file:///${index}.json`, 'json', 1, given.text);
    const json = service.parseJSONDocument(document);
    const faults = await service.doValidation(document, json);
    const offers = given.offset === undefined || given.offset === null ? []
        : (await service.doComplete(document, document.positionAt(given.offset), json)).items;
    answers.push({
        faults: faults.map(f => `line ${f.range.start.line + 1}: ${f.message}`),
        offers: offers.map(o => ({ label: o.label, text: o.insertText ?? '', about: o.documentation?.value ?? o.documentation ?? '' })),
    });
}
process.stdout.write(JSON.stringify(answers));
