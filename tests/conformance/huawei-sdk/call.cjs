// One call of Huawei's SDK, signed with an access key:
//
//   node call.cjs SERVICE METHOD [REQUEST]
//
// SERVICE is a row of the table below, METHOD a method of its client, REQUEST the members of the
// request as JSON. The answer goes to standard output as JSON; an error says its status, code and
// message on standard error. Where the cloud is, and who asks: BASE, REGION, PROJECT, ACCESS_KEY,
// SECRET_KEY. The SDK is sought in the directory SDK.
const { createRequire } = require('module');
const { SDK, BASE, REGION, PROJECT, ACCESS_KEY, SECRET_KEY } = process.env;
const load = createRequire(SDK + '/');
const core = load('@huaweicloud/huaweicloud-sdk-core');

const services = {
	ecs: ['ecs/v2', 'EcsClient', `${BASE}/${REGION}/ecs`],
	iam: ['iam/v3', 'IamClient', BASE],
	vpc: ['vpc/v2', 'VpcClient', `${BASE}/${REGION}/vpc`],
	vpc3: ['vpc/v3', 'VpcClient', `${BASE}/${REGION}/vpc`],
};

function credentials(service)
{
	const made = service === 'iam' ? new core.GlobalCredentials()
				       : new core.BasicCredentials().withProjectId(PROJECT);

	return made.withAk(ACCESS_KEY).withSk(SECRET_KEY);
}

async function main(service, method, members)
{
	const [path, name, endpoint] = services[service];
	const sdk = load(`@huaweicloud/huaweicloud-sdk-${path}/public-api.js`);
	const client = sdk[name].newBuilder().withCredential(credentials(service))
				.withEndpoint(endpoint).build();
	const type = method[0].toUpperCase() + method.slice(1) + 'Request';
	const request = Object.assign(new sdk[type](), JSON.parse(members || '{}'));

	console.log(JSON.stringify(await client[method](request)));
}

main(...process.argv.slice(2)).catch((error) => {
	console.error(error.httpStatusCode, error.errorCode, error.errorMsg || error.stack);
	process.exitCode = 1;
});
